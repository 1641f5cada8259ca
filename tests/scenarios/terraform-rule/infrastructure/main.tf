variable "team" {
  default = "shop"
}

resource "aws_s3_bucket" "logs" {
  bucket = "${var.team}-logs"
}

resource "aws_s3_bucket" "data" {
  for_each = toset(["eu", "us"])
  bucket   = "acme-${each.key}"
}
