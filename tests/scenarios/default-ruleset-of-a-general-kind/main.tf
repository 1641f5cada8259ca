resource "aws_lambda_function_url" "open" {
  function_name      = "app"
  authorization_type = "NONE"
}
