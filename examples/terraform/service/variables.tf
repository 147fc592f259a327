variable "service" {
  type        = string
  description = "The service, as its spec names it: small letters, digits and hyphens, at most 30"

  validation {
    condition     = can(regex("^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$", var.service))
    error_message = "The name has small letters, digits and hyphens, at most 30, and begins with a letter."
  }
}

variable "region" {
  type        = string
  description = "The region of the cluster, such as eu-west-1"
}

variable "cluster" {
  type        = string
  description = "The name of the ECS cluster"
}

variable "vpc_id" {
  type        = string
  description = "The VPC of the load balancer"
}

variable "subnets" {
  type        = list(string)
  description = "Where its tasks run; they must reach ECR and CloudWatch Logs"
}

variable "balancer_security_group" {
  type        = string
  description = "The security group of the load balancer"
}

variable "listener_arn" {
  type        = string
  description = "The listener of the Application Load Balancer"
}

variable "rule_priority" {
  type        = number
  default     = 100
  description = "Where its rule stands in the listener"
}

variable "paths" {
  type        = list(string)
  default     = ["/*"]
  description = "Which requests are the service's"
}

variable "repository" {
  type        = string
  description = "The ECR repository of its images, such as shop/web"
}

variable "first_image" {
  type        = string
  description = "The image that serves before the first rollout, with its tag or digest"
}

variable "port" {
  type        = number
  default     = 8080
  description = "The port of the container"
}

variable "health_path" {
  type        = string
  default     = "/health"
  description = "What the load balancer asks a task for"
}

variable "cpu" {
  type        = number
  default     = 256
  description = "CPU units of a task"
}

variable "memory" {
  type        = number
  default     = 512
  description = "Memory of a task in MiB"
}

variable "environment" {
  type        = map(string)
  default     = {}
  description = "Environment variables of the container"
}
