// Generated from the schema of the spec: npm run generate

/** A rollout spec as a team writes it: JSON is YAML, so what is written as JSON may be given to `sluice lint` and `sluice apply`. */
export type RolloutSpec = {
  /** What the team calls the service; names its rollouts */
  readonly service: string;
  /** The ECS cluster of both slots */
  readonly cluster: string;
  /** The container of the task definition that gets the new image */
  readonly container: string;
  /** Where new versions come from */
  readonly image: {
    /** The ECR repository, without registry and tag. A push to it starts a rollout */
    readonly repository: string;
    /** The private ECR registry of `repository`, such as `111122223333.dkr.ecr.eu-west-1.amazonaws.com`. Without it: the registry of the stack's own account and region. See images */
    readonly registry?: string;
    /** Which tags are meant for this service; a tag must match it whole. See tag patterns */
    readonly tagPattern?: string;
  };
  /** What runs two versions beside each other and moves traffic. See drivers. Without it: `slots` */
  readonly driver?: 'slots' | 'ecs-native' | 'ecs-managed';
  /** The two slots. Which one is blue follows from the weights of the rules when a rollout starts */
  readonly slots: {
    /** One slot */
    readonly a:
      | {
          /** Its ECS service */
          readonly service: string;
          /** The target group that this ECS service registers its tasks with. A slot has either `targetGroup` or `targetGroups` */
          readonly targetGroup: string;
        }
      | {
          /** Its ECS service */
          readonly service: string;
          /** All target groups of the ECS service, such as one of a public and one of an internal load balancer. The first of slot a and the first of slot b stand in for each other, and so on */
          readonly targetGroups: readonly string[];
        };
    /** The other slot */
    readonly b:
      | {
          /** Its ECS service */
          readonly service: string;
          /** The target group that this ECS service registers its tasks with. A slot has either `targetGroup` or `targetGroups` */
          readonly targetGroup: string;
        }
      | {
          /** Its ECS service */
          readonly service: string;
          /** All target groups of the ECS service, such as one of a public and one of an internal load balancer. The first of slot a and the first of slot b stand in for each other, and so on */
          readonly targetGroups: readonly string[];
        };
  };
  /** Everything that forwards to target groups of the slots; all of it is shifted together */
  readonly traffic: readonly (
    | {
        /** A listener rule whose forward action names a target group of each slot. An entry has either `rule` or `listener` */
        readonly rule: string;
      }
    | {
        /** A listener whose default action names a target group of each slot */
        readonly listener: string;
      }
  )[];
  /** Where green is asked for its health before users see it. Without it: the load balancer's DNS name with the listener's protocol and port, which a TLS certificate for another name does not fit */
  readonly url?: string;
  /** What is asked there */
  readonly healthPath?: string;
  /** What proves that green answered before users see it. See how green is verified */
  readonly verify?: {
    /** The response header of the health path that says which version answered. The proof is then there at once */
    readonly header?: string;
    /** The field of its JSON body that says so, where there is no such header */
    readonly bodyField?: string;
    /** Without a version in the answer. `requests`: green's target group must have counted the requests (minutes later). `targetHealth`: no request is sent, the load balancer's own health checks decide. Without it: `targetHealth` for an internal load balancer without `url` and `probe`, otherwise `requests` */
    readonly by?: 'requests' | 'targetHealth';
    /** Requests go through the probe that is deployed in the VPC of the load balancer (`serverless/probe`): for an internal load balancer */
    readonly probe?: boolean;
    /** What of the image the header or field says. `commit` is what follows the last `-` of the tag. Without it: the tag */
    readonly expects?: 'tag' | 'commit' | 'digest';
    /** Health paths that green must answer well, and soon enough, before any user reaches it */
    readonly health?: {
      /** The path that says that the process answers */
      readonly basic?: {
        /** The path, with its query */
        readonly path: string;
        /** Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts */
        readonly within?: string;
        /** Fields of the JSON answer with the values that they must have, such as `database.status: up` */
        readonly json?: {
          readonly [name: string]: string | number | boolean;
        };
      };
      /** The path that says that it need not be restarted */
      readonly live?: {
        /** The path, with its query */
        readonly path: string;
        /** Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts */
        readonly within?: string;
        /** Fields of the JSON answer with the values that they must have, such as `database.status: up` */
        readonly json?: {
          readonly [name: string]: string | number | boolean;
        };
      };
      /** The path that says that it can take requests */
      readonly ready?: {
        /** The path, with its query */
        readonly path: string;
        /** Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts */
        readonly within?: string;
        /** Fields of the JSON answer with the values that they must have, such as `database.status: up` */
        readonly json?: {
          readonly [name: string]: string | number | boolean;
        };
      };
      /** The path that asks database, cache and what else it needs */
      readonly detailed?: {
        /** The path, with its query */
        readonly path: string;
        /** Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts */
        readonly within?: string;
        /** Fields of the JSON answer with the values that they must have, such as `database.status: up` */
        readonly json?: {
          readonly [name: string]: string | number | boolean;
        };
      };
      /** The path that says how its queues are */
      readonly queue?: {
        /** The path, with its query */
        readonly path: string;
        /** Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts */
        readonly within?: string;
        /** Fields of the JSON answer with the values that they must have, such as `database.status: up` */
        readonly json?: {
          readonly [name: string]: string | number | boolean;
        };
      };
    };
    /** Requests that green must answer as expected, one after the other, before any user reaches it */
    readonly requests?: readonly {
      /** What people call the request; each has another name */
      readonly name: string;
      /** The path, with its query */
      readonly path: string;
      /** The method. Without it: GET */
      readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
      /** Headers that are sent; they may hold `{{name}}` */
      readonly headers?: {
        readonly [name: string]: string;
      };
      /** The body that is sent, as JSON where no header says otherwise; it may hold `{{name}}` */
      readonly body?: string;
      /** Sends it again until an answer is as expected, so many times at most: for a rate limit. Without it: once */
      readonly upTo?: number;
      /** What the answer must be like */
      readonly expect?: {
        /** Statuses that are good. Without it: 200 to 299 */
        readonly status?: readonly number[];
        /** Longest time that the whole answer may take. Of a GET that is too slow the fastest of three counts */
        readonly within?: string;
        /** Headers that the answer must carry, with their values; `*` for any value */
        readonly headers?: {
          readonly [name: string]: string;
        };
        /** A text that the body must hold */
        readonly body?: string;
        /** Fields of the JSON answer with the values that they must have, such as `database.status: up` */
        readonly json?: {
          readonly [name: string]: string | number | boolean;
        };
      };
      /** Values of the answer that later requests use as `{{name}}`; they are never shown */
      readonly capture?: {
        readonly [name: string]: {
          /** The field of the JSON answer whose value is kept */
          readonly json?: string;
          /** The header of the answer whose value is kept */
          readonly header?: string;
        };
      };
    }[];
  };
  /** The request header that leads to green before anybody else gets there */
  readonly header?: {
    /** Its name */
    readonly name?: string;
    /** Its value, in quotes */
    readonly value?: string;
  };
  /** What green gets, and how long each step is watched. Weights rise and end with 100 */
  readonly steps?: readonly {
    /** Percent of the traffic that green gets, whole */
    readonly weight: number;
    /** How long the step is watched. Without enough evidence it is held, up to `timeouts.hold` longer */
    readonly bake: string;
    /** Whether a rollout goes without this step where the traffic of the last hour would not give green enough requests in it. Without it: false */
    readonly leaveOutWhenQuiet?: boolean;
  }[];
  /** How a rollout goes that cannot wait. See hotfixes */
  readonly hotfix?: {
    /** The steps of a hotfix: as many as `steps` at most, with no longer bakes altogether. Without it: the first step of at least 10 %, and the last one, each for 5 minutes at most */
    readonly steps?: readonly {
      /** Percent of the traffic that green gets, whole */
      readonly weight: number;
      /** How long the step is watched. Without enough evidence it is held, up to `timeouts.hold` longer */
      readonly bake: string;
      /** Whether a rollout goes without this step where the traffic of the last hour would not give green enough requests in it. Without it: false */
      readonly leaveOutWhenQuiet?: boolean;
    }[];
  };
  /** What happens to a request while a rollout of the service runs: it is refused; it waits until that one has ended (one waits, the newest); or that one is rolled back and this one follows */
  readonly onBusy?: 'reject' | 'queue' | 'supersede';
  /** When a rollout may start and shift traffic. Without any: always, except in a freeze. See calendar */
  readonly windows?: readonly {
    /** What messages call it */
    readonly name: string;
    /** The zone of its times. Daylight saving is heeded: 02:00 stays 02:00 by the clock on the wall */
    readonly zone: string;
    /** The stages that it counts for. Without it: every stage */
    readonly stages?: readonly string[];
    /** The days on which it begins, such as `FREQ=WEEKLY;BYDAY=SU` */
    readonly repeat?: string;
    /** The first day of the rule, where it counts days: with `INTERVAL` or `COUNT` */
    readonly starting?: string;
    /** When it begins on such a day. Without it: 00:00 */
    readonly from?: string;
    /** When it ends; the next day, where that is not after `from`. Without it and `for`: 24:00 */
    readonly to?: string;
    /** How long it lasts, in place of `to`: so many hours, whatever the clock on the wall does */
    readonly for?: string;
    /** Days or moments in place of a rule: `2026-12-25`, `2026-12-24/2026-12-26` (both whole) or `2026-11-27T12:00/2026-11-30T08:00` */
    readonly dates?: readonly string[];
    /** An iCalendar file beside the spec, in place of a rule; `sluice apply` reads it and stores its days as `dates` */
    readonly calendar?: string;
  }[];
  /** When no rollout may start or shift traffic, also in a window. See calendar */
  readonly freezes?: readonly {
    /** What messages call it */
    readonly name: string;
    /** The zone of its times. Daylight saving is heeded: 02:00 stays 02:00 by the clock on the wall */
    readonly zone: string;
    /** The stages that it counts for. Without it: every stage */
    readonly stages?: readonly string[];
    /** The days on which it begins, such as `FREQ=WEEKLY;BYDAY=SU` */
    readonly repeat?: string;
    /** The first day of the rule, where it counts days: with `INTERVAL` or `COUNT` */
    readonly starting?: string;
    /** When it begins on such a day. Without it: 00:00 */
    readonly from?: string;
    /** When it ends; the next day, where that is not after `from`. Without it and `for`: 24:00 */
    readonly to?: string;
    /** How long it lasts, in place of `to`: so many hours, whatever the clock on the wall does */
    readonly for?: string;
    /** Days or moments in place of a rule: `2026-12-25`, `2026-12-24/2026-12-26` (both whole) or `2026-11-27T12:00/2026-11-30T08:00` */
    readonly dates?: readonly string[];
    /** An iCalendar file beside the spec, in place of a rule; `sluice apply` reads it and stores its days as `dates` */
    readonly calendar?: string;
  }[];
  /** What a rollout with traffic does when its window ends or a freeze begins: `hold` keeps its weight until it may go on, up to `timeouts.calendar`; `finish` goes on; `rollBack` goes back. A step under way may end its bake. Without it: `hold` */
  readonly atWindowEnd?: 'hold' | 'finish' | 'rollBack';
  /** What green's task definition is a copy of, with the new image: the one that blue runs, the newest active revision of its family (what infrastructure code registered), or the one that the request names (`taskDefinition`, an ARN) */
  readonly taskDefinition?: 'blue' | 'latest-of-family' | 'from-event';
  /** Gates with all their numbers, which `gates` changes one by one. See presets */
  readonly preset?: 'web' | 'strict' | 'business' | readonly ('web' | 'strict' | 'business')[];
  /** What green is judged by, each period, in every step */
  readonly gates?: readonly (
    | {
        /** Names the gate in events and messages. A name of the preset changes that gate and keeps the rest of it */
        readonly name: string;
        /** Whether green is compared with blue in the same period. Without it: for shares and latencies */
        readonly compare?: boolean;
        /** How many times as bad as blue green may be. Without it: 1.25 */
        readonly tolerance?: number;
        /** How long from green's first traffic on this gate is not judged. Without it: three minutes (of `analysis.clumps`) for latencies, CPU and memory, nothing for the rest */
        readonly warmUp?: string;
        /** Fewest of its `total` in a step that count as evidence. Without it: `minimumRequests` of the spec */
        readonly minimumRequests?: number;
        /** What happens where green breaks the abort limit and blue does too. Without it: `hold` */
        readonly whenBlueToo?: 'hold' | 'roll-back' | 'ignore';
        /** What happens where a bake is still undecided when its hold ends. Without it: `roll-back` */
        readonly afterHold?: 'roll-back' | 'ask';
        /** Judged and shown, never acted on. Without it: false */
        readonly dryRun?: boolean;
        /** Within it the gate passes; beyond it green waits */
        readonly pass: string | number;
        /** Beyond it green goes back. Beyond is above, or below where higher is better (`good`, `better: higher`) */
        readonly abort: string | number;
        /** What counts as bad. A gate has either `bad` and `total`, `good` and `total`, or `value` */
        readonly bad: {
          /** Its metric: a count */
          readonly metric: string;
        };
        /** What `bad` or `good` is a share of */
        readonly total: {
          /** Its metric: a count */
          readonly metric: string;
        };
      }
    | {
        /** Names the gate in events and messages. A name of the preset changes that gate and keeps the rest of it */
        readonly name: string;
        /** Whether green is compared with blue in the same period. Without it: for shares and latencies */
        readonly compare?: boolean;
        /** How many times as bad as blue green may be. Without it: 1.25 */
        readonly tolerance?: number;
        /** How long from green's first traffic on this gate is not judged. Without it: three minutes (of `analysis.clumps`) for latencies, CPU and memory, nothing for the rest */
        readonly warmUp?: string;
        /** Fewest of its `total` in a step that count as evidence. Without it: `minimumRequests` of the spec */
        readonly minimumRequests?: number;
        /** What happens where green breaks the abort limit and blue does too. Without it: `hold` */
        readonly whenBlueToo?: 'hold' | 'roll-back' | 'ignore';
        /** What happens where a bake is still undecided when its hold ends. Without it: `roll-back` */
        readonly afterHold?: 'roll-back' | 'ask';
        /** Judged and shown, never acted on. Without it: false */
        readonly dryRun?: boolean;
        /** Within it the gate passes; beyond it green waits */
        readonly pass: string | number;
        /** Beyond it green goes back. Beyond is above, or below where higher is better (`good`, `better: higher`) */
        readonly abort: string | number;
        /** What counts as a success; the more of `total`, the better */
        readonly good: {
          /** Its metric: a count */
          readonly metric: string;
        };
        /** What `bad` or `good` is a share of */
        readonly total: {
          /** Its metric: a count */
          readonly metric: string;
        };
      }
    | {
        /** Names the gate in events and messages. A name of the preset changes that gate and keeps the rest of it */
        readonly name: string;
        /** Whether green is compared with blue in the same period. Without it: for shares and latencies */
        readonly compare?: boolean;
        /** How many times as bad as blue green may be. Without it: 1.25 */
        readonly tolerance?: number;
        /** How long from green's first traffic on this gate is not judged. Without it: three minutes (of `analysis.clumps`) for latencies, CPU and memory, nothing for the rest */
        readonly warmUp?: string;
        /** Fewest of its `total` in a step that count as evidence. Without it: `minimumRequests` of the spec */
        readonly minimumRequests?: number;
        /** What happens where green breaks the abort limit and blue does too. Without it: `hold` */
        readonly whenBlueToo?: 'hold' | 'roll-back' | 'ignore';
        /** What happens where a bake is still undecided when its hold ends. Without it: `roll-back` */
        readonly afterHold?: 'roll-back' | 'ask';
        /** Judged and shown, never acted on. Without it: false */
        readonly dryRun?: boolean;
        /** Within it the gate passes; beyond it green waits */
        readonly pass: string | number;
        /** Beyond it green goes back. Beyond is above, or below where higher is better (`good`, `better: higher`) */
        readonly abort: string | number;
        /** The value that is limited */
        readonly value: {
          /** Its metric */
          readonly metric: string;
        };
        /** Which way the value is better. Without it: `lower` */
        readonly better?: 'lower' | 'higher';
        /** Judges the sum of the value over this much time instead of the value, so that a few bad periods add up: "failed more than 3 times" */
        readonly sumOver?: string;
      }
    | {
        /** Names the gate in events and messages. A name of the preset changes that gate and keeps the rest of it */
        readonly name: string;
        /** Whether green is compared with blue in the same period. Without it: for shares and latencies */
        readonly compare?: boolean;
        /** How many times as bad as blue green may be. Without it: 1.25 */
        readonly tolerance?: number;
        /** How long from green's first traffic on this gate is not judged. Without it: three minutes (of `analysis.clumps`) for latencies, CPU and memory, nothing for the rest */
        readonly warmUp?: string;
        /** Fewest of its `total` in a step that count as evidence. Without it: `minimumRequests` of the spec */
        readonly minimumRequests?: number;
        /** What happens where green breaks the abort limit and blue does too. Without it: `hold` */
        readonly whenBlueToo?: 'hold' | 'roll-back' | 'ignore';
        /** What happens where a bake is still undecided when its hold ends. Without it: `roll-back` */
        readonly afterHold?: 'roll-back' | 'ask';
        /** Judged and shown, never acted on. Without it: false */
        readonly dryRun?: boolean;
        /** Within it the gate passes; beyond it green waits */
        readonly pass?: string | number;
        /** Beyond it green goes back. Beyond is above, or below where higher is better (`good`, `better: higher`) */
        readonly abort?: string | number;
        /** Which way the value is better. Without it: `lower` */
        readonly better?: 'lower' | 'higher';
        /** Judges the sum of the value over this much time instead of the value, so that a few bad periods add up: "failed more than 3 times" */
        readonly sumOver?: string;
        /** Takes this gate out of the preset */
        readonly off?: true;
      }
  )[];
  /** The team's own metrics, of CloudWatch or Prometheus, by the name that gates use. See metrics */
  readonly metrics?: {
    readonly [name: string]:
      | {
          /** Its CloudWatch namespace, such as `Shop` or `AWS/SQS` */
          readonly namespace: string;
          /** Its name */
          readonly name: string;
          /** How CloudWatch sums a period up */
          readonly statistic?: string;
          /** Its dimensions. `{service}` stands for the ECS service of the slot, `{slot}` for `a` or `b`, `{cluster}` for the cluster, `{targetGroup}` and `{loadBalancer}` for what CloudWatch calls them */
          readonly dimensions?: {
            readonly [name: string]: string;
          };
          /** Dimensions that differ between the slots, where a placeholder cannot say it */
          readonly slots?: {
            /** Dimensions of slot a */
            readonly a: {
              readonly [name: string]: string;
            };
            /** Dimensions of slot b */
            readonly b: {
              readonly [name: string]: string;
            };
          };
          /** What its numbers are. Limits are written as counts, durations (`2s`) or percentages (`95%`) */
          readonly unit?: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'share';
          /** What a missing datapoint means while the slot had requests: nothing is known, or nothing happened. Without requests it is never zero */
          readonly missing?: 'no-data' | 'zero';
        }
      | {
          /** Metric math over the series of `of`, evaluated by CloudWatch. The local AWS has none */
          readonly expression: string;
          /** The series that the expression names */
          readonly of: {
            readonly [name: string]: {
              /** Its CloudWatch namespace, such as `Shop` or `AWS/SQS` */
              readonly namespace: string;
              /** Its name */
              readonly name: string;
              /** How CloudWatch sums a period up */
              readonly statistic?: string;
              /** Its dimensions. `{service}` stands for the ECS service of the slot, `{slot}` for `a` or `b`, `{cluster}` for the cluster, `{targetGroup}` and `{loadBalancer}` for what CloudWatch calls them */
              readonly dimensions?: {
                readonly [name: string]: string;
              };
              /** Dimensions that differ between the slots, where a placeholder cannot say it */
              readonly slots?: {
                /** Dimensions of slot a */
                readonly a: {
                  readonly [name: string]: string;
                };
                /** Dimensions of slot b */
                readonly b: {
                  readonly [name: string]: string;
                };
              };
            };
          };
          /** What its numbers are. Limits are written as counts, durations (`2s`) or percentages (`95%`) */
          readonly unit?: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'share';
          /** What a missing datapoint means while the slot had requests: nothing is known, or nothing happened. Without requests it is never zero */
          readonly missing?: 'no-data' | 'zero';
        }
      | {
          /** Of Prometheus: gives one number for one slot and one period. `{service}`, `{slot}`, `{cluster}`, `{targetGroup}` and `{loadBalancer}` stand for what the slot is called, `{period}` for the period. See Prometheus */
          readonly query: string;
          /** More placeholders of `query`, for what differs between the slots */
          readonly words?: {
            /** Words of slot a */
            readonly a: {
              readonly [name: string]: string;
            };
            /** Words of slot b */
            readonly b: {
              readonly [name: string]: string;
            };
          };
          /** What its numbers are. Limits are written as counts, durations (`2s`) or percentages (`95%`) */
          readonly unit?: 'count' | 'seconds' | 'milliseconds' | 'percent' | 'share';
          /** What a missing datapoint means while the slot had requests: nothing is known, or nothing happened. Without requests it is never zero */
          readonly missing?: 'no-data' | 'zero';
        };
  };
  /** Where the queries of `metrics` are asked. Either `url`, or `workspace`. See Prometheus */
  readonly prometheus?:
    | {
        /** Where Prometheus, or what speaks its HTTP API, answers; `/api/v1/query_range` is put behind it */
        readonly url: string;
        /** Sent as a bearer token */
        readonly token?: string;
        /** In place of `token`: holds `user:password` */
        readonly basic?: string;
      }
    | {
        /** In place of `url`: a workspace of Amazon Managed Service for Prometheus in the account of the stack, asked with the signature of the function */
        readonly workspace: string;
        /** Where the workspace is. Without it: where the service is */
        readonly region?: string;
      };
  /** CloudWatch alarms (metric or composite, by name, in the account and region of the stage) that roll a rollout back when they go off, at once; one that rings already lets no first traffic through. See alarms */
  readonly alarms?: readonly string[];
  /** How sure the comparison with blue must be. See analysis */
  readonly analysis?: {
    /** Chance of rolling back a green that is no worse than tolerated, over the whole rollout, shared among its gates */
    readonly alpha?: string | number;
    /** How many times as bad as blue green may be */
    readonly tolerance?: number;
    /** For how long one cause may bring errors. Where `period` is shorter, latencies, warm-ups and how errors clump are judged by it, and errors at each period */
    readonly clumps?: string;
    /** Healthy rollouts from before it teach the gates nothing any more: write the present time to make them forget. Without it: the last 20 healthy rollouts count. See what the gates learn */
    readonly learnSince?: string;
    /** How much of blue's past is read when a rollout opens, to learn how its errors come */
    readonly history?: string;
  };
  /** How much harm a rollout may do; reached, it is rolled back whatever the gates say. Either `failedRequests`, or `monthlyShare` and `target` */
  readonly budget?:
    | {
        /** Failed requests of green */
        readonly failedRequests: number;
      }
    | {
        /** Share of a month's error budget */
        readonly monthlyShare: string | number;
        /** Availability that the service promises over a month, such as 99.9% */
        readonly target: string | number;
        /** Requests of a month. Without it: what blue's history extrapolates to */
        readonly monthlyRequests?: number;
      };
  /** What the metric `slow` of a gate counts */
  readonly slow?: {
    /** A request that took longer is slow; counted by the percentile rank of the load balancer's response times */
    readonly over?: string;
    /** A count of slow requests that you publish yourself, with dimensions `TargetGroup` and `LoadBalancer`, in place of the percentile rank */
    readonly metric?: {
      /** Its CloudWatch namespace */
      readonly namespace: string;
      /** Its name */
      readonly name: string;
    };
  };
  /** Length of one datapoint, and how often green is judged: 1 s, 5 s, 10 s, 30 s or whole minutes. An Application Load Balancer publishes each minute */
  readonly period?: string;
  /** How long after its end a datapoint counts as settled */
  readonly lag?: string;
  /** Fewest requests of green in a step that count as evidence */
  readonly minimumRequests?: number;
  /** How many tasks green gets before each step. Blue keeps all of its own */
  readonly capacity?: {
    /** `ahead`: before each step green gets what the step needs, and waits until it is healthy; `full`: green has as many tasks as blue from the start */
    readonly sizing?: 'ahead' | 'full';
    /** How many times its share of blue's tasks green gets, rounded up. More than blue has is never needed */
    readonly headroom?: number;
    /** Fewest tasks of green, so that one that ends is no outage; not more than blue has */
    readonly minimum?: number;
  };
  /** Tasks that run before green gets any traffic, such as a migration. See tasks before traffic */
  readonly before?: readonly {
    /** What people call the task; each of a spec has another name */
    readonly name: string;
    /** What the container runs in place of its own command, such as `[npm, run, migrate]` */
    readonly command: readonly string[];
    /** The container that gets the command, and whose exit code counts. Without it: `container` of the spec */
    readonly container?: string;
    /** How long it may take; then it is stopped, and people decide */
    readonly within?: string;
    /** `digest`: what has passed with this image and this command is not run again. `rollout`: it runs in every rollout. Without it: `digest` */
    readonly oncePer?: 'digest' | 'rollout';
    /** `false`: the old version does not work with what this task changes. Every approval then needs a comment, and is told that the rollback is not safe. Without it: true */
    readonly compatible?: boolean;
  }[];
  /** Tasks that run once the old version is retired, such as the migration that removes what only it needed. See after the retention */
  readonly afterRetention?: readonly {
    /** What people call the task; each of a spec has another name */
    readonly name: string;
    /** What the container runs in place of its own command, such as `[npm, run, migrate]` */
    readonly command: readonly string[];
    /** The container that gets the command, and whose exit code counts. Without it: `container` of the spec */
    readonly container?: string;
    /** How long it may take; then it is stopped, and people decide */
    readonly within?: string;
    /** `digest`: what has passed with this image and this command is not run again. `rollout`: it runs in every rollout. Without it: `digest` */
    readonly oncePer?: 'digest' | 'rollout';
  }[];
  /** Checks before a rollout besides those that always run. See checks */
  readonly checks?: {
    /** No container of green runs privileged */
    readonly 'no-privileged'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** No container of green runs as root */
    readonly 'non-root'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** Green's container has a health check of ECS */
    readonly 'container-health-check'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** Every container of green sends its logs away */
    readonly 'log-driver'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Log drivers that count */
      readonly allowed?: readonly string[];
    };
    /** Every container besides the one with the new image names its image by digest */
    readonly 'images-by-digest'?: {
      /** `warn`, the default of this check: it is shown. `block`: a check that fails rejects the rollout */
      readonly severity?: 'block' | 'warn';
      /** Containers whose tags may move */
      readonly allowed?: readonly string[];
    };
    /** Variables whose name says secret come from a secret store */
    readonly 'secrets-by-reference'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Variables whose name says secret and whose value is none */
      readonly allowed?: readonly string[];
    };
    /** Green's container gets the variables that it needs */
    readonly 'required-variables'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Variables or secrets that must be there */
      readonly names: readonly string[];
    };
    /** Green differs from blue only in settings that may change */
    readonly 'configuration-changes'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Settings and variables that may differ. Without it: every difference fails the check */
      readonly allowed?: readonly string[];
    };
    /** The image is small enough to start quickly */
    readonly 'image-size'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Largest compressed size of the image */
      readonly megabytes?: number;
    };
    /** A scan of the image has found nothing grave */
    readonly 'image-scan'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The gravest findings that may be there */
      readonly highest?: 'LOW' | 'MEDIUM' | 'HIGH';
      /** Findings that do not count, each until a day */
      readonly allowed?: readonly {
        /** The finding, such as `CVE-2026-1234` */
        readonly id: string;
        /** The last day on which it does not count, in UTC */
        readonly until: string;
        /** Why */
        readonly reason: string;
      }[];
    };
    /** The image is built for the processor of the tasks */
    readonly 'image-architecture'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** No value in plain environment looks like a secret */
    readonly 'plain-secrets'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** The certificate is trusted, and for the name that users ask for */
    readonly 'certificate-chain'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The host that is asked. Without it: that of an https `url` */
      readonly host?: string;
    };
    /** The certificate is valid for long enough */
    readonly 'certificate-days'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The host that is asked. Without it: that of an https `url` */
      readonly host?: string;
      /** Fewest days that must be left */
      readonly days?: number;
    };
    /** The host offers TLS 1.3 */
    readonly 'tls-1-3'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The host that is asked. Without it: that of an https `url` */
      readonly host?: string;
    };
    /** The names of the service resolve */
    readonly dns?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Names that must resolve. Without it: the host of `url` */
      readonly hosts?: readonly string[];
    };
    /** Each load balancer is active, in several zones */
    readonly balancer?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Fewest zones */
      readonly zones?: number;
    };
    /** The target groups of both slots have the same protocol and health check */
    readonly 'target-groups-alike'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** Both slots have the same deregistration delay, neither 0 nor very long */
    readonly 'deregistration-delay'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Longest delay */
      readonly longest?: string;
    };
    /** Both slots keep users on a task in the same way */
    readonly 'target-stickiness'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** Answers carry the headers that browsers protect users by */
    readonly 'security-headers'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Headers that must be there */
      readonly names?: readonly string[];
    };
    /** Blue answers at its health path fast enough */
    readonly 'response-time'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Longest time */
      readonly limit?: string;
    };
    /** The service answers the requests of `verify`, on the way that its users come */
    readonly requests?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** The alarms exist and notify someone */
    readonly 'alarms-exist'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Alarms that are read. Without it: those of `alarms` */
      readonly names?: readonly string[];
    };
    /** No alarm rings */
    readonly 'alarms-quiet'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Alarms that are read. Without it: those of `alarms` */
      readonly names?: readonly string[];
    };
    /** The alarms have data */
    readonly 'alarms-have-data'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Alarms that are read. Without it: those of `alarms` */
      readonly names?: readonly string[];
    };
    /** The log groups of green exist, with a retention */
    readonly 'log-groups'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Fewest days that logs must be kept */
      readonly days?: number;
    };
    /** The dashboard of the service exists */
    readonly dashboard?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** Its name in CloudWatch */
      readonly name: string;
    };
    /** The ECS cluster is active */
    readonly cluster?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
    };
    /** The PostgreSQL databases let the service in, and stand as they should */
    readonly postgresql?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The databases that the service needs */
      readonly databases: readonly {
        /** What people call it */
        readonly name: string;
        /** A JSON secret with `username` and `password`, and `host`, `port` and `dbname` where it has them */
        readonly secret: string;
        /** Where it is, one of `Hosts` of the probe. Without it: `host` of the secret */
        readonly host?: string;
        /** Its port: that of the secret or the usual one, unless `Hosts` has the host. Without it: `port` of the secret, or the usual one */
        readonly port?: number;
        /** Its name in the server. Without it: `dbname` of the secret */
        readonly database?: string;
        /** `writer`: it must not be in recovery or read-only. `any`: it may be a replica */
        readonly role?: 'writer' | 'any';
        /** How many of its connections may be taken, in percent */
        readonly connections?: number;
        /** The user of the service: its connections count twice, as green connects beside blue. Without it: only what is taken counts */
        readonly serviceUser?: string;
        /** Which migration must be applied. Without it: none is asked for */
        readonly migrations?: {
          /** What applies the migrations: its table is asked */
          readonly tool: 'flyway' | 'liquibase' | 'prisma' | 'rails' | 'knex' | 'golang-migrate' | 'alembic' | 'django';
          /** The migration that must be applied, as the tool names it; of `django` with its app: `shop.0042_paid` */
          readonly expected: string;
          /** The table of the tool, where it is not the usual one */
          readonly table?: string;
        };
      }[];
    };
    /** The MySQL and MariaDB databases let the service in, and stand as they should */
    readonly mysql?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The databases that the service needs */
      readonly databases: readonly {
        /** What people call it */
        readonly name: string;
        /** A JSON secret with `username` and `password`, and `host`, `port` and `dbname` where it has them */
        readonly secret: string;
        /** Where it is, one of `Hosts` of the probe. Without it: `host` of the secret */
        readonly host?: string;
        /** Its port: that of the secret or the usual one, unless `Hosts` has the host. Without it: `port` of the secret, or the usual one */
        readonly port?: number;
        /** Its name in the server. Without it: `dbname` of the secret */
        readonly database?: string;
        /** `writer`: it must not be in recovery or read-only. `any`: it may be a replica */
        readonly role?: 'writer' | 'any';
        /** How many of its connections may be taken, in percent */
        readonly connections?: number;
        /** The user of the service: its connections count twice, as green connects beside blue. Without it: only what is taken counts */
        readonly serviceUser?: string;
        /** Which migration must be applied. Without it: none is asked for */
        readonly migrations?: {
          /** What applies the migrations: its table is asked */
          readonly tool: 'flyway' | 'liquibase' | 'prisma' | 'rails' | 'knex' | 'golang-migrate' | 'alembic' | 'django';
          /** The migration that must be applied, as the tool names it; of `django` with its app: `shop.0042_paid` */
          readonly expected: string;
          /** The table of the tool, where it is not the usual one */
          readonly table?: string;
        };
      }[];
    };
    /** The Redis and Valkey caches answer, with memory left */
    readonly redis?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The caches that the service needs */
      readonly caches: readonly {
        /** What people call it */
        readonly name: string;
        /** A JSON secret with `password`, and `username`, `host` and `port` where it has them. Without it: no password */
        readonly secret?: string;
        /** Where it is, one of `Hosts` of the probe. Without it: `host` of the secret */
        readonly host?: string;
        /** Its port: that of the secret or the usual one, unless `Hosts` has the host. Without it: `port` of the secret, or the usual one */
        readonly port?: number;
        /** Whether it is asked through TLS. `false` sends its password as it is: only where the secret says `"tls": false`, or `Hosts` has the host */
        readonly tls?: boolean;
        /** How much of its `maxmemory` may be taken, in percent */
        readonly memory?: number;
      }[];
    };
    /** The services that the service calls answer */
    readonly 'http-dependencies'?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The services that the service calls */
      readonly dependencies: readonly {
        /** What people call it */
        readonly name: string;
        /** What is asked, by GET; redirects are not followed */
        readonly url: string;
        /** Longest time that the whole answer may take */
        readonly within?: string;
        /** Statuses that are good. Without it: 200 to 299 */
        readonly status?: readonly number[];
      }[];
      /** Whether the probe in the VPC asks, rather than the functions */
      readonly probe?: boolean;
    };
    /** The buckets can be listed */
    readonly s3?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The buckets that the service needs */
      readonly buckets: readonly {
        /** Its name */
        readonly bucket: string;
        /** Whether an object below `sluice-check/` is written and deleted, too */
        readonly writes?: boolean;
      }[];
    };
    /** Another stage has attested the image, such as a rollout of it in staging */
    readonly attested?: {
      /** `block`: a check that fails rejects the rollout, one that cannot be run delays it. `warn`: it is shown */
      readonly severity?: 'block' | 'warn';
      /** The stage that must have attested it, such as `staging` */
      readonly from: string;
      /** What must have passed there: `rollout`, or the name of a suite */
      readonly kinds?: readonly string[];
      /** For how long it must have served all traffic there. Without it: it need not */
      readonly soak?: string;
      /** For how long a pass counts after it finished */
      readonly notOlder?: string;
      /** What happens once all of it is attested. `start`: a rollout of that image begins by itself, and asks for approval as any other. Without it: `wait`, somebody starts it */
      readonly onAttested?: 'start' | 'wait';
      /** The public keys that are trusted to speak for that stage */
      readonly keys: readonly {
        /** Base64 of its DER form, as `aws kms get-public-key` gives it out */
        readonly key: string;
        /** The kinds that it may attest. Without it: every kind */
        readonly kinds?: readonly string[];
      }[];
    };
    /** A rollback was rehearsed, or run, lately. See drills */
    readonly 'last-drill'?: {
      /** `warn`, the default of this check: it is shown. `block`: a check that fails rejects the rollout */
      readonly severity?: 'block' | 'warn';
      /** Most days since the last drill or rollback */
      readonly days?: number;
    };
  };
  /** Checks that run at 100 %, before the rollout succeeds, and once more when its retention ends, with their settings in `checks`. See checks after a rollout */
  readonly after?: readonly (
    | 'no-privileged'
    | 'non-root'
    | 'container-health-check'
    | 'log-driver'
    | 'images-by-digest'
    | 'secrets-by-reference'
    | 'required-variables'
    | 'configuration-changes'
    | 'image-size'
    | 'image-scan'
    | 'image-architecture'
    | 'plain-secrets'
    | 'certificate-chain'
    | 'certificate-days'
    | 'tls-1-3'
    | 'dns'
    | 'balancer'
    | 'target-groups-alike'
    | 'deregistration-delay'
    | 'target-stickiness'
    | 'security-headers'
    | 'response-time'
    | 'requests'
    | 'alarms-exist'
    | 'alarms-quiet'
    | 'alarms-have-data'
    | 'log-groups'
    | 'dashboard'
    | 'cluster'
    | 'postgresql'
    | 'mysql'
    | 'redis'
    | 'http-dependencies'
    | 's3'
    | 'attested'
    | 'last-drill'
  )[];
  /** Checks that do not hold up one rollout, whatever they find. See waivers */
  readonly waivers?: readonly {
    /** The check that does not count */
    readonly check: string;
    /** The tag or digest of the one rollout that it is for */
    readonly image: string;
    /** The person who takes the risk: one of `approvals.people` */
    readonly by: string;
    /** Why */
    readonly reason: string;
    /** When it ends. The check counts again from then on */
    readonly until: string;
  }[];
  /** How long things may take */
  readonly timeouts?: {
    /** Until green's tasks are ready, at the start and before each step */
    readonly provisionGreen?: string;
    /** Until a bake that waits for evidence rolls back */
    readonly hold?: string;
    /** Until a rollout rolls back whose rules or slots others have changed, or whose blue is not whole before a shift */
    readonly interference?: string;
    /** Until a rollout rolls back that a window, a freeze or a stop keeps from its next step. Without it: 12 h. See calendar */
    readonly calendar?: string;
    /** One request of the check of green */
    readonly verifyRequest?: string;
    /** Until green has proved that it answers; then the rollout is rolled back, with what was lacking. Without it: 10 min */
    readonly verifyGreen?: string;
    /** A rollout that makes no progress for so long beyond its own waits is rolled back from outside. Must be more than the longest that one state may take with all of its retries, which is 151 s where everything times out */
    readonly guard?: string;
    /** The whole rollout; beyond it, it is rolled back from outside. Without it: `timeouts.provisionGreen`, `timeouts.verifyGreen`, every bake with its hold and again `timeouts.provisionGreen` and `timeouts.interference`, `timeouts.guard` and 15 minutes */
    readonly rollout?: string;
  };
  /** Who approves a rollout and decides where it asks. See approvals */
  readonly approvals?: {
    /** Who gets personal links. Without any, no one is asked, and a rollout needs no approval */
    readonly people?: readonly {
      /** Stands in the record, on pages and in messages; each person has another */
      readonly name: string;
      /** What this person may decide as */
      readonly roles: readonly string[];
      /** Where personal links go; also whom an OIDC issuer must name where `identity` is `verified`. Without it: no mail */
      readonly mail?: string;
      /** Where direct messages go, and whose clicks on Slack buttons count. Without it: neither */
      readonly slack?: string;
      /** The workspace that this member belongs to: clicks from another one do not count. Without it: any workspace that has the app of the stage */
      readonly slackTeam?: string;
      /** Recognizes the author of a commit, and who ran a workflow, as the requester. Without it: neither */
      readonly github?: string;
      /** Who this person is at an OIDC issuer: a sign-in counts by these two, not by the mail address. Without it: by `mail` */
      readonly oidc?: {
        /** As the `iss` of its ID tokens has it */
        readonly issuer: string;
        /** As the `sub` of its ID tokens has it */
        readonly subject: string;
      };
      /** IAM users and sessions that are this person alone. A session name may be chosen by its caller: only sessions of IAM Identity Center, and of roles whose trust policy fixes the name, belong here. Without it: none */
      readonly principals?: readonly string[];
      /** Other names under which this person requests rollouts, such as a CI account: the requester cannot approve. Without it: none */
      readonly alias?: readonly string[];
    }[];
    /** Roles that must each approve before anything changes, each by another person, none by the requester. Counts where `people` are named */
    readonly required?: readonly string[];
    /** How long the rollout waits for approval; then it is rejected */
    readonly within?: string;
    /** How long a bake that asks people (`afterHold: ask`) waits for them; then it is rolled back */
    readonly decideWithin?: string;
    /** Sender of personal links, an identity that SES has verified. Without it: that of the first `mail` channel */
    readonly from?: string;
    /** Whether people also get a link at the start of each step and at each hold, to skip the rest of it, pause it or roll back */
    readonly controlLinks?: boolean;
    /** `link`: anyone who holds a personal link may use it. `verified`: they must sign in at the OIDC issuer of the stage as that person, too */
    readonly identity?: 'link' | 'verified';
    /** Whether one person may approve alone in an emergency, by a command with a reason: it pages, is marked in the record and waits for a review. Without it: false */
    readonly breakGlass?: boolean;
    /** Where it cannot be found out who requested a rollout: `oneMore` asks for one approval more than required, from any other person of the spec; `refuse` rejects the rollout; `allow` asks for nothing more. Without it: `oneMore` */
    readonly unknownRequester?: 'oneMore' | 'refuse' | 'allow';
  };
  /** What happens to requests that are open when the side without traffic is removed. See open requests */
  readonly openRequests?: {
    /** `drain`: they may end by themselves until the deregistration delay of the target group is over, then ECS stops the tasks; `cut`: the tasks are stopped at once, so that clients connect again. Without it: `drain` */
    readonly mode?: 'drain' | 'cut';
    /** Of `drain`: after so long the tasks are stopped though requests are open, within about a minute. Without it: the deregistration delay alone, which a longer limit does not extend */
    readonly limit?: string;
  };
  /** How long the old version stays for a quick rollback */
  readonly retention?: {
    /** At full capacity; at most `keepFor` */
    readonly keepFullFor?: string;
    /** At all, with one task */
    readonly keepFor?: string;
  };
  /** How a rollback goes */
  readonly rollback?: {
    /** All traffic at once, or in a few steps for a blue that has to warm up. A failed gate, and a green without a healthy target, always go back at once */
    readonly shape?: 'instant' | 'stepped';
    /** The steps of the shape `stepped` */
    readonly stepped?: {
      /** What green keeps, step by step; those that are not under green's present weight are left out */
      readonly weights?: readonly number[];
      /** How long each of them stays */
      readonly pause?: string;
    };
    /** Longest group stickiness that a rule may have: a rollback switches it off, and keeps green until it has lapsed */
    readonly longestStickiness?: string;
    /** Whether a rollout needs the image of blue in its registry. Without it no task of blue can be replaced, and a rollback may find too few */
    readonly blueImage?: 'required' | 'optional';
    /** Steps of a rollout to an earlier version of the record (`sluice rollback --to`) */
    readonly steps?: readonly {
      /** Percent of the traffic that green gets, whole */
      readonly weight: number;
      /** How long the step is watched. Without enough evidence it is held, up to `timeouts.hold` longer */
      readonly bake: string;
      /** Whether a rollout goes without this step where the traffic of the last hour would not give green enough requests in it. Without it: false */
      readonly leaveOutWhenQuiet?: boolean;
    }[];
    /** What the parts of a rollback may take. More is announced, and the rollback goes on */
    readonly budgets?: {
      /** From the decision until every rule is back on blue */
      readonly restore?: string;
      /** Until blue has its healthy targets */
      readonly verifyBlue?: string;
      /** Until blue answers real requests */
      readonly healthCheck?: string;
      /** Until ECS has accepted that green goes */
      readonly removeGreen?: string;
      /** From the decision until the rollout is closed */
      readonly whole?: string;
    };
  };
  /** What users get while the service is in maintenance. See maintenance */
  readonly maintenance?: {
    /** What users see. The load balancer adds no header to it, `Retry-After` neither: let an HTML page refresh itself, as the default page does every 30 s */
    readonly page?: string;
    /** What the page is. Without it: `text/html` */
    readonly contentType?: 'text/plain' | 'text/css' | 'text/html' | 'application/javascript' | 'application/json';
    /** Paths that stay open, such as `/health` or `/status/*`: each is a rule more for each rule of the service */
    readonly open?: readonly string[];
    /** For how long every target that users would reach has to be healthy before the page is taken down by itself. Without it: `10m` */
    readonly endAfter?: string;
  };
  /** What happens when no side of the service can serve. See emergency */
  readonly emergency?: {
    /** Whether it begins by itself where a rollback declares that it cannot give users a side that serves. Without it: `true`, once `emergency` is there at all */
    readonly automatic?: boolean;
    /** Whether the side that users reach gets the tasks that it needs, and its tasks are started anew once where none is healthy. Without it: `true` */
    readonly capacity?: boolean;
    /** Whether the newest version that served without being rolled back is brought back, and the one before it where that fails. Without it: `true` */
    readonly lastKnownGood?: boolean;
    /** Whether users get the maintenance page while nothing can serve them. Without it: `true` */
    readonly maintenance?: boolean;
    /** How long new tasks of the same version have before another version is brought back. Without it: `1m` */
    readonly wait?: string;
    /** After how long an emergency ends in any case. Without it: `1h` */
    readonly limit?: string;
  };
  /** What may be rehearsed, and in which stages. See drills */
  readonly drills?: {
    /** The stages in which `sluice drill rollback` may roll the version that serves out beside itself, and back. Without it: none */
    readonly rollback?: readonly string[];
  };
  /** How people lead through an incident of the service. See incidents */
  readonly incident?: {
    /** Whether an emergency opens one. Without it: `true`, once `incident` is there at all */
    readonly automatic?: boolean;
    /** Times of an incident P0: nobody is served */
    readonly P0?: {
      /** How long it may take until somebody commands it. Without it: `15m` */
      readonly respond?: string;
      /** How long it may stay open. Without it: `4h` */
      readonly resolve?: string;
    };
    /** Times of an incident P1: many users are hit */
    readonly P1?: {
      /** How long it may take until somebody commands it. Without it: `1h` */
      readonly respond?: string;
      /** How long it may stay open. Without it: `24h` */
      readonly resolve?: string;
    };
    /** Times of an incident P2: some users are hit */
    readonly P2?: {
      /** How long it may take until somebody commands it. Without it: `4h` */
      readonly respond?: string;
      /** How long it may stay open. Without it: `72h` */
      readonly resolve?: string;
    };
    /** Times of an incident P3: few users notice */
    readonly P3?: {
      /** How long it may take until somebody commands it. Without it: `24h` */
      readonly respond?: string;
      /** How long it may stay open. Without it: `168h` */
      readonly resolve?: string;
    };
    /** How long it may take until users are served again; the report measures it. Without it: `1h` */
    readonly restore?: string;
    /** After how long without a status update people are asked for one. Without it: `30m` */
    readonly updateEvery?: string;
    /** Who is called, in this order; every message of an incident that nobody takes names them */
    readonly contacts?: readonly {
      /** Who it is: a person, a team or a vendor */
      readonly name: string;
      /** What they are asked for, such as `database` */
      readonly for?: string;
      /** Their telephone number */
      readonly phone?: string;
      /** Who is asked where they do not answer */
      readonly backup?: string;
      /** Of a vendor: the contract, or where to open a case */
      readonly vendor?: string;
    }[];
  };
  /** Who hears what, and where. See notifications */
  readonly notifications?: {
    /** Places where people, or machines, hear of rollouts */
    readonly channels?: readonly (
      | {
          /** What the table calls it */
          readonly name: string;
          /** What it is */
          readonly type: 'slack';
          /** Of `slack`: a bot token with the scope `chat:write` */
          readonly token: string;
          /** Of `slack`: where it posts */
          readonly channel: string;
          /** Of `slack`: whether messages carry buttons for the people of `approvals` who have a `slack` id */
          readonly buttons?: boolean;
        }
      | {
          /** What the table calls it */
          readonly name: string;
          /** What it is */
          readonly type: 'slack-webhook';
          /** Of `slack-webhook`: the URL of an incoming webhook. Who has it may post, so it is a secret */
          readonly webhook: string;
        }
      | {
          /** What the table calls it */
          readonly name: string;
          /** What it is */
          readonly type: 'pagerduty';
          /** Of `pagerduty`: the integration key of an Events API v2 integration */
          readonly routingKey: string;
          /** Of `pagerduty`: the service region of the account; without it `us` */
          readonly region?: 'us' | 'eu';
          /** Of `pagerduty`: `ends` for the first and the last change event of a rollout alone; without it each shift, hold and rollback is one, too */
          readonly changes?: 'all' | 'ends';
          /** Of `pagerduty`: who is on call gets a personal link to what needs a person */
          readonly onCall?: {
            /** A token of PagerDuty's REST API, read-only is enough */
            readonly token: string;
            /** Ids of schedules whose on-call counts */
            readonly schedules?: readonly string[];
            /** Ids of escalation policies whose on-call counts */
            readonly escalationPolicies?: readonly string[];
          };
        }
      | {
          /** What the table calls it */
          readonly name: string;
          /** What it is */
          readonly type: 'mail';
          /** Of `mail`: the sender, an identity that SES has verified */
          readonly from: string;
          /** Of `mail`: who gets it */
          readonly to: readonly string[];
        }
      | {
          /** What the table calls it */
          readonly name: string;
          /** What it is */
          readonly type: 'webhook';
          /** Of `webhook`: where requests go to */
          readonly url: string;
          /** Of `webhook`: signs each request; at least 32 characters */
          readonly secret: string;
        }
    )[];
    /** The table: the first row that holds counts. Without it: the defaults */
    readonly routes?: readonly {
      /** For messages of these severities. Without it: of all */
      readonly severity?: readonly ('info' | 'warning' | 'critical')[];
      /** For these types of events. Without it: for all */
      readonly events?: readonly string[];
      /** In these deployed stages of Sluice. Without it: in all */
      readonly stages?: readonly string[];
      /** Channels that hear it, all of them */
      readonly to: readonly string[];
      /** How often what stays open is announced again. Without it: never */
      readonly repeat?: string;
      /** Who hears a critical message that no channel of `to` took, one after the other. Without it: no one */
      readonly fallback?: readonly string[];
    }[];
    /** What is not told; critical messages only where an entry names their severity */
    readonly mute?: readonly {
      /** For messages of these severities. Without it: of all */
      readonly severity?: readonly ('info' | 'warning' | 'critical')[];
      /** For these types of events. Without it: for all */
      readonly events?: readonly string[];
      /** In these deployed stages of Sluice. Without it: in all */
      readonly stages?: readonly string[];
      /** Channels that stay silent. Without it: all */
      readonly channels?: readonly string[];
      /** Until when. Without it: for good */
      readonly until?: string;
    }[];
    /** Windows in which messages are not sent. Without it: none */
    readonly quietHours?: readonly {
      /** Days of the week on which it begins, such as `sunday`. Without it: every day */
      readonly days?: readonly ('monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday')[];
      /** When it begins */
      readonly from: string;
      /** When it ends; a time before `from` is on the next day */
      readonly to: string;
      /** Offset of these times from UTC. Without it: UTC */
      readonly offset?: string;
      /** What is not told meanwhile. Without it: `info` and `warning` */
      readonly silences?: readonly ('info' | 'warning' | 'critical')[];
    }[];
    /** Channels that hear of status updates of incidents besides those of the table, as stakeholders, the team of customers and a status page. Without it: none */
    readonly statusUpdates?: readonly string[];
    /** The former name of `quietHours`; its windows count as well */
    readonly maintenance?: readonly {
      /** Days of the week on which it begins, such as `sunday`. Without it: every day */
      readonly days?: readonly ('monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday')[];
      /** When it begins */
      readonly from: string;
      /** When it ends; a time before `from` is on the next day */
      readonly to: string;
      /** Offset of these times from UTC. Without it: UTC */
      readonly offset?: string;
      /** What is not told meanwhile. Without it: `info` and `warning` */
      readonly silences?: readonly ('info' | 'warning' | 'critical')[];
    }[];
    /** How long ahead planned work is announced: a rollout that waits for a window, or for the end of a freeze or a stop. Without it: never */
    readonly announce?: string;
    /** Channels of other teams: they hear of planned work, in words for them, and of nothing else unless a row names them. Needs `announce` */
    readonly customers?: readonly string[];
  };
};
