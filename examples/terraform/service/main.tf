# The two slots of a service that Sluice rolls out, behind a listener that is there already. See docs/building-blocks.md.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.58"
    }
  }
}

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  # Slot a serves first; slot b gets tasks with the first rollout.
  slots = { a = 1, b = 0 }
  # app/<name>/<id>, which stands in the ARN of the listener.
  balancer = join("/", slice(split("/", var.listener_arn), 1, 4))
}

resource "aws_cloudwatch_log_group" "service" {
  name              = "/ecs/${var.service}"
  retention_in_days = 90
}

resource "aws_iam_role" "execution" {
  name_prefix        = "${var.service}-start-"
  assume_role_policy = local.task_trust
}

resource "aws_iam_role_policy" "execution" {
  name = "start"
  role = aws_iam_role.execution.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      {
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = "arn:${data.aws_partition.current.partition}:ecr:${var.region}:${data.aws_caller_identity.current.account_id}:repository/${var.repository}"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.service.arn}:*"
      },
    ]
  })
}

resource "aws_iam_role" "task" {
  name_prefix        = "${var.service}-task-"
  assume_role_policy = local.task_trust
}

locals {
  task_trust = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

# A change registers a new revision and touches no task: the next rollout takes it over (taskDefinition: latest-of-family).
resource "aws_ecs_task_definition" "service" {
  family                   = var.service
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  cpu                      = var.cpu
  memory                   = var.memory
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn
  # The version of before must not be deregistered while a slot runs it.
  skip_destroy = true
  container_definitions = jsonencode([{
    name      = "app"
    image     = var.first_image
    essential = true
    # Not root; the image must get by with it.
    user         = "1000"
    environment  = [for name, value in var.environment : { name = name, value = value }]
    portMappings = [{ containerPort = var.port, protocol = "tcp" }]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.service.name
        "awslogs-region"        = var.region
        "awslogs-stream-prefix" = "app"
      }
    }
  }])
}

resource "aws_security_group" "tasks" {
  name_prefix = "${var.service}-tasks-"
  description = "Tasks of ${var.service}"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "from_balancer" {
  security_group_id            = aws_security_group.tasks.id
  description                  = "from the load balancer alone"
  ip_protocol                  = "tcp"
  from_port                    = var.port
  to_port                      = var.port
  referenced_security_group_id = var.balancer_security_group
}

resource "aws_vpc_security_group_egress_rule" "out" {
  security_group_id = aws_security_group.tasks.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

# Those of both slots are alike: Sluice refuses a service whose slots differ.
resource "aws_lb_target_group" "slot" {
  for_each             = local.slots
  name                 = "${var.service}-${each.key}"
  vpc_id               = var.vpc_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = var.port
  deregistration_delay = 30

  health_check {
    path                = var.health_path
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 3
    matcher             = "200"
  }
}

resource "aws_lb_listener_rule" "service" {
  listener_arn = var.listener_arn
  priority     = var.rule_priority

  condition {
    path_pattern {
      values = var.paths
    }
  }

  action {
    type = "forward"
    forward {
      target_group {
        arn    = aws_lb_target_group.slot["a"].arn
        weight = 100
      }
      target_group {
        arn    = aws_lb_target_group.slot["b"].arn
        weight = 0
      }
    }
  }

  # Sluice moves the weights, in a rollout and for good.
  lifecycle {
    ignore_changes = [action]
  }
}

resource "aws_ecs_service" "slot" {
  for_each                          = local.slots
  name                              = "${var.service}-${each.key}"
  cluster                           = var.cluster
  launch_type                       = "FARGATE"
  task_definition                   = aws_ecs_task_definition.service.arn
  desired_count                     = each.value
  health_check_grace_period_seconds = 60

  deployment_circuit_breaker {
    enable   = true
    rollback = false
  }

  network_configuration {
    assign_public_ip = false
    security_groups  = [aws_security_group.tasks.id]
    subnets          = var.subnets
  }

  load_balancer {
    container_name   = "app"
    container_port   = var.port
    target_group_arn = aws_lb_target_group.slot[each.key].arn
  }

  # Sluice moves tasks and versions between the slots.
  lifecycle {
    ignore_changes = [desired_count, task_definition]
  }

  # ECS takes no target group that no rule names.
  depends_on = [aws_lb_listener_rule.service]
}

# A slot without traffic has no datapoints, and rings no alarm.
resource "aws_cloudwatch_metric_alarm" "errors" {
  for_each          = local.slots
  alarm_name        = "${var.service}-${each.key}-errors"
  alarm_description = "Tasks of slot ${each.key} answer with 5xx."
  namespace         = "AWS/ApplicationELB"
  metric_name       = "HTTPCode_Target_5XX_Count"
  dimensions = {
    TargetGroup  = aws_lb_target_group.slot[each.key].arn_suffix
    LoadBalancer = local.balancer
  }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  threshold           = 20
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
}
