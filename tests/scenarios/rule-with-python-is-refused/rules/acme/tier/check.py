def check(subject, parameters):
    return []
