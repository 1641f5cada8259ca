locals {
  partner = "arn:aws:iam::111122223333:root"
}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [local.partner, "*"]
    }
  }
}
