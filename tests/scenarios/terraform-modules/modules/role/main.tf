variable "trusted" {
  type    = list(string)
  default = []
}

resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for each_one in var.trusted : {
        Effect    = "Allow"
        Principal = { AWS = each_one }
        Action    = "sts:AssumeRole"
      }
    ]
  })
}
