variable "partner" {
  type = string
}

module "public" {
  source  = "../modules/role"
  trusted = ["*"]
}

module "partner" {
  source  = "../modules/role"
  trusted = [var.partner]
}
