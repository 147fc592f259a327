output "spec" {
  description = "The rollout spec: write it to a file, then run sluice lint --live and sluice apply"
  value       = <<-EOT
    service: ${var.service}
    cluster: ${var.cluster}
    container: app
    image: { repository: ${var.repository} }
    slots:
      a: { service: ${aws_ecs_service.slot["a"].name}, targetGroup: '${aws_lb_target_group.slot["a"].arn}' }
      b: { service: ${aws_ecs_service.slot["b"].name}, targetGroup: '${aws_lb_target_group.slot["b"].arn}' }
    traffic:
      - rule: ${aws_lb_listener_rule.service.arn}
    healthPath: ${var.health_path}
    taskDefinition: latest-of-family
  EOT
}

output "task_role" {
  description = "The name of the tasks' role: give it the rights that the service itself needs"
  value       = aws_iam_role.task.name
}

output "security_group" {
  description = "The security group of its tasks: let it into what the service reaches, such as a database"
  value       = aws_security_group.tasks.id
}
