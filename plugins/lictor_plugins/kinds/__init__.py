"""The kinds of subject that ship: any document, CloudFormation, Kubernetes, AWS IAM."""
