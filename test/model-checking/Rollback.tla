------------------------------- MODULE Rollback -------------------------------
(***************************************************************************)
(* One rollout, its guard, and the executions of the rollback machine that *)
(* may be started for it, over a table that can be lost and a load balancer*)
(* without a conditional write. Each action names the code it stands for.  *)
(*                                                                         *)
(* Weights are green's on the rule: 0 (all on blue), 1 (split), 2 (all on  *)
(* green). Time is left out but for one thing: a function lives 15 s at    *)
(* most, so a write that was sent lands or is lost before the wait of      *)
(* state OutwaitWriters is over.                                           *)
(***************************************************************************)
EXTENDS Naturals, FiniteSets

CONSTANTS
  Attempts,    \* executions of the rollback machine, a set of numbers from 1 on
  MaxOutages,  \* how often the table is lost
  MaxDeaths,   \* how often an execution or a function dies
  Fenced,      \* FALSE takes out the check of the fence right before a write
  Outwaits,    \* FALSE takes out the wait before the second restoration
  Mends        \* FALSE: an attempt that finds the rollout finished does not compare the rules with the record

VARIABLES
  table,     \* "up" | "down"
  active,    \* the record: the rollout has not ended
  phase,     \* the record: "rolling" | "finished" | "rolledBack"
  fence,     \* the record: the number that a writer must have
  claimer,   \* the record: the attempt that has claimed the rollout, 0 for none
  step,      \* the record: the weight that was shifted to and read back
  green,     \* the load balancer: green's weight
  rollout,   \* the rollout's execution: "running" | "stopped" | "takenOver" | "succeeded"
  writes,    \* calls of ModifyRule that were sent and have not landed: [id, fence, to]
  sent,      \* how many were sent
  pc,        \* where each attempt is
  mine,      \* the fence that each attempt got by its claim
  outages, deaths

vars == <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, pc, mine, outages, deaths>>

Over == {"done", "dead"}
Runs(a) == pc[a] \notin Over \cup {"idle"}

TypeOK ==
  /\ table \in {"up", "down"}
  /\ active \in BOOLEAN
  /\ phase \in {"rolling", "finished", "rolledBack"}
  /\ fence \in 1..(Cardinality(Attempts) + 1)
  /\ claimer \in Attempts \cup {0}
  /\ step \in 0..2 /\ green \in 0..2
  /\ rollout \in {"running", "stopped", "takenOver", "succeeded"}
  /\ pc \in [Attempts -> {"idle", "claim", "blind", "mend", "stop", "assert1", "restore1", "outwait", "assert2", "restore2", "close"} \cup Over]

Init ==
  /\ table = "up" /\ active = TRUE /\ phase = "rolling" /\ fence = 1 /\ claimer = 0 /\ step = 0
  /\ green = 0 /\ rollout = "running" /\ writes = {} /\ sent = 0
  /\ pc = [a \in Attempts |-> "idle"] /\ mine = [a \in Attempts |-> 0] 
  /\ outages = 0 /\ deaths = 0

(***************************************************************************)
(* The rollout: statemachines/rollout.asl.yml                              *)
(***************************************************************************)

\* The record lets the rollout write: `ownedRollout` and `assertOwned` in lib (owned-rollout.ts).
Owned == table = "up" /\ active /\ fence = 1

\* State ShiftTraffic, up to the call: the fence is read right before each write (write-weights.ts).
BeginShift ==
  /\ rollout = "running" /\ step < 2 /\ sent < 3
  /\ (Owned \/ (~Fenced /\ table = "up" /\ active))
  /\ writes = {}
  /\ writes' = {[id |-> sent, fence |-> 1, to |-> step + 1]}
  /\ sent' = sent + 1
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, pc, mine, outages, deaths>>

\* ModifyRule takes effect, perhaps after its execution was stopped: the load balancer knows no fence.
Land(w) ==
  /\ green' = w.to
  /\ writes' = writes \ {w}
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, rollout, sent, pc, mine, outages, deaths>>

\* The function dies before its call.
Lose(w) ==
  /\ deaths < MaxDeaths /\ deaths' = deaths + 1
  /\ writes' = writes \ {w}
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, sent, pc, mine, outages>>

\* State ShiftTraffic, after the call: the weight is read back and recorded under the fence (shift-traffic.ts).
RecordShift ==
  /\ rollout = "running" /\ Owned /\ writes = {} /\ step < 2 /\ green = step + 1
  /\ step' = step + 1
  /\ UNCHANGED <<table, active, phase, fence, claimer, green, rollout, writes, sent, pc, mine, outages, deaths>>

\* State FinishRollout: all rules are read once more (finish-rollout.ts).
Finish ==
  /\ rollout = "running" /\ Owned /\ step = 2 /\ green = 2
  /\ active' = FALSE /\ phase' = "finished"
  /\ UNCHANGED <<table, fence, claimer, step, green, rollout, writes, sent, pc, mine, outages, deaths>>

\* The execution ends after its last state.
Succeed ==
  /\ rollout = "running" /\ phase = "finished"
  /\ rollout' = "succeeded"
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, writes, sent, pc, mine, outages, deaths>>

\* An operator stops it, or an error that nothing catches ends it.
RolloutDies ==
  /\ rollout = "running" /\ deaths < MaxDeaths
  /\ rollout' = "stopped" /\ deaths' = deaths + 1
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, writes, sent, pc, mine, outages>>

(***************************************************************************)
(* The table                                                               *)
(***************************************************************************)

LoseTable ==
  /\ table = "up" /\ outages < MaxOutages
  /\ table' = "down" /\ outages' = outages + 1
  /\ UNCHANGED <<active, phase, fence, claimer, step, green, rollout, writes, sent, pc, mine, deaths>>

RecoverTable ==
  /\ table = "down" /\ table' = "up"
  /\ UNCHANGED <<active, phase, fence, claimer, step, green, rollout, writes, sent, pc, mine, outages, deaths>>

(***************************************************************************)
(* The rollback machine: statemachines/rollback.asl.yml                    *)
(***************************************************************************)

To(a, next) == pc' = [pc EXCEPT ![a] = next]

\* The guard's schedule, WatchExecution, an alarm, a gate or a person (start-rollback.ts, guard.ts): at any moment, also too early and twice.
Start(a) ==
  /\ pc[a] = "idle"
  /\ To(a, "claim")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* Nobody has claimed the rollout, or who did is gone.
Free(a) == IF claimer = 0 THEN TRUE ELSE claimer = a \/ ~Runs(claimer)

\* States Claim and TakeOver: a conditional update; one whose claimer is gone is taken over.
Claim(a) ==
  /\ pc[a] = "claim" /\ table = "up" /\ active
  /\ Free(a)
  /\ fence' = fence + 1 /\ claimer' = a /\ mine' = [mine EXCEPT ![a] = fence + 1]
  /\ To(a, "stop")
  /\ UNCHANGED <<table, active, phase, step, green, rollout, writes, sent, outages, deaths>>

\* State Joined: another execution that runs has claimed it.
Join(a) ==
  /\ pc[a] = "claim" /\ table = "up" /\ active
  /\ ~Free(a)
  /\ To(a, "done")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* The rollout has ended already: states FindClaimer and WatchTraffic. One that finished has its traffic on green, unless an attempt without
\* the table has taken it away meanwhile; that attempt may have died since (watch-execution.ts starts another), so the live rules decide.
FindEnded(a) ==
  /\ pc[a] = "claim" /\ table = "up" /\ ~active
  /\ To(a, IF Mends /\ phase = "finished" /\ green = 0 THEN "mend" ELSE "done")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* States HasSucceeded to MayMove, without the table: the execution has neither succeeded nor been taken over, the rule names just these two
\* target groups and sends green something, blue is whole. What is compared was given by the guard (without-table.ts).
DecideBlind(a) ==
  /\ pc[a] = "claim" /\ table = "down" /\ rollout \notin {"succeeded", "takenOver"} /\ green > 0
  /\ To(a, "blind")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* State MoveRule: the write that was decided so lands later; then the attempt claims again, after state AwaitTable.
RestoreBlind(a) ==
  /\ pc[a] = "blind"
  /\ green' = 0
  /\ To(a, "claim")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, rollout, writes, sent, mine, outages, deaths>>

\* State WatchTraffic (give-traffic-back.ts): the rollout finished while that write was under way. Green has passed everything, and gets its
\* traffic back.
Mend(a) ==
  /\ pc[a] = "mend"
  /\ green' = 2
  /\ To(a, "done")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, rollout, writes, sent, mine, outages, deaths>>

\* State StopRollout: the execution, not the functions that are under way.
Stop(a) ==
  /\ pc[a] = "stop"
  /\ rollout' = IF rollout = "running" THEN "takenOver" ELSE rollout
  /\ To(a, "assert1")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, writes, sent, mine, outages, deaths>>

\* The call of StopRollout fails, and the machine goes on (its Catch): the execution runs, and the fence alone keeps it from writing.
StopFails(a) ==
  /\ pc[a] = "stop" /\ deaths < MaxDeaths
  /\ To(a, "assert1") /\ deaths' = deaths + 1
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages>>

\* State AssertClaim: where the table cannot be asked, users come first.
Assert(a, at, next) ==
  /\ pc[a] = at
  /\ To(a, IF table = "up" /\ ~(active /\ claimer = a /\ fence = mine[a]) THEN "claim" ELSE next)
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* State RestoreTraffic, by the machine itself or by the function.
Restore(a, at, next) ==
  /\ pc[a] = at
  /\ green' = 0
  /\ To(a, next)
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, rollout, writes, sent, mine, outages, deaths>>

\* State OutwaitWriters: longer than any function lives that was called before the claim.
Outwait(a) ==
  /\ pc[a] = "outwait"
  /\ Outwaits => {w \in writes : w.fence < mine[a]} = {}
  /\ To(a, "assert2")
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* States VerifyBlue to CloseRollback, under the fence; a rule that is not on blue begins anew (strayRule in rollback-look.ts).
Close(a) ==
  /\ pc[a] = "close" /\ table = "up"
  /\ IF ~(active /\ fence = mine[a])
       THEN To(a, "done") /\ UNCHANGED <<active, phase>>
       ELSE IF green # 0
         THEN To(a, "assert1") /\ UNCHANGED <<active, phase>>
         ELSE To(a, "done") /\ active' = FALSE /\ phase' = "rolledBack"
  /\ UNCHANGED <<table, fence, claimer, step, green, rollout, writes, sent, mine, outages, deaths>>

\* An attempt ends in the middle; the last one does not, as another would be started after it (watch-execution.ts).
AttemptDies(a) ==
  /\ Runs(a) /\ deaths < MaxDeaths /\ \E b \in Attempts : pc[b] = "idle"
  /\ To(a, "dead") /\ deaths' = deaths + 1
  /\ UNCHANGED <<table, active, phase, fence, claimer, step, green, rollout, writes, sent, mine, outages>>

Attempt(a) ==
  \/ Claim(a) \/ Join(a) \/ FindEnded(a) \/ DecideBlind(a) \/ RestoreBlind(a) \/ Mend(a) \/ Stop(a)
  \/ Assert(a, "assert1", "restore1") \/ Restore(a, "restore1", "outwait") \/ Outwait(a)
  \/ Assert(a, "assert2", "restore2") \/ Restore(a, "restore2", "close") \/ Close(a)

Next ==
  \/ BeginShift \/ RecordShift \/ Finish \/ Succeed \/ RolloutDies \/ LoseTable \/ RecoverTable
  \/ \E w \in writes : Land(w) \/ Lose(w)
  \/ \E a \in Attempts : Start(a) \/ Attempt(a) \/ StopFails(a) \/ AttemptDies(a)

\* The world recovers and calls end; the rollout itself may stand still for ever, and the guard fires for one that does.
Fairness ==
  /\ WF_vars(RecoverTable) /\ WF_vars(\E w \in writes : Land(w))
  /\ \A a \in Attempts : WF_vars(Start(a)) /\ WF_vars(Attempt(a))

Spec == Init /\ [][Next]_vars /\ Fairness

(***************************************************************************)
(* Promises                                                                *)
(***************************************************************************)

\* A rollout that was rolled back leaves nothing on green, and nothing comes back to it later.
BackForGood == phase = "rolledBack" => green = 0

\* A rollout that finished keeps its traffic, but for the time until what an attempt without the table wrote is mended.
FinishedForGood == <>[](phase = "finished" => green = 2)

\* One attempt at a time acts on a claim: of two that hold one, at most one has the record's fence.
OneOwner == \A a, b \in Attempts : (mine[a] = fence /\ mine[b] = fence /\ mine[a] # 0) => a = b

\* What has ended stays ended.
EndedForGood == [][~active => ~active']_vars

\* Users are never left on green by a rollout that nobody works for.
UsersBack == (active /\ green > 0) ~> (green = 0 \/ ~active)
EveryRolloutEnds == active ~> ~active
===============================================================================
