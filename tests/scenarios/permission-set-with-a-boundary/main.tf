resource "aws_ssoadmin_permission_set" "operators" {
  name = "operators"
}

resource "aws_ssoadmin_managed_policy_attachment" "operators" {
  permission_set_arn = aws_ssoadmin_permission_set.operators.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_ssoadmin_permissions_boundary_attachment" "operators" {
  permission_set_arn = aws_ssoadmin_permission_set.operators.arn
  permissions_boundary {
    customer_managed_policy_reference {
      name = "boundary-of-another-repository"
    }
  }
}

resource "aws_ssoadmin_permission_set" "administrators" {
  name = "administrators"
}

resource "aws_ssoadmin_managed_policy_attachment" "administrators" {
  permission_set_arn = aws_ssoadmin_permission_set.administrators.arn
  managed_policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
