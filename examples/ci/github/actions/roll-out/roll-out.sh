#!/usr/bin/env bash
# Follows the rollout of an image to its end. Exits with 0 where it succeeded, and with 1 where it was rejected or rolled back.
#
#   SERVICE  the service, as its spec names it                 IMAGE    the tag that was pushed
#   STAGE    the deployed stage (production)                   START    push: the push to ECR starts it; command: this script does (push)
#   TIMEOUT  stop waiting after it; the rollout goes on (5h)   SECONDS_FOR_PUSH  after which a push counts as not seen (300)
#   BEGAN    rollouts that were opened before it are others', ISO 8601 in UTC; none where it is not set
#   REQUESTER, REASON  for the record, where this script starts it
#   SUMMARY  a file that the report is added to                SLUICE   how the command line is called (npx --no -- sluice)
set -euo pipefail

: "${SERVICE:?the service to roll out}" "${IMAGE:?the tag of the image}"
stage=${STAGE:-production}
summary=${SUMMARY:-${GITHUB_STEP_SUMMARY:-}}
read -r -a command <<<"${SLUICE:-npx --no -- sluice}"

sluice() {
  local verb=$1
  shift
  "${command[@]}" "$verb" "$@" --stage "$stage"
}

# The newest rollout of this image since BEGAN; nothing where there is none yet.
rollout() {
  sluice list "$SERVICE" --limit 10 --json | IMAGE=$IMAGE BEGAN=${BEGAN:-} node -e '
    const { IMAGE, BEGAN } = process.env;
    const all = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const since = BEGAN === "" ? 0 : Date.parse(BEGAN);
    console.log(all.find(({ image, openedAt }) => image === IMAGE && Date.parse(openedAt) >= since)?.rolloutId ?? "");'
}

seen() {
  local until=$((SECONDS + ${SECONDS_FOR_PUSH:-300}))
  while :; do
    id=$(rollout)
    if [ -n "$id" ] || [ "$SECONDS" -ge "$until" ]; then return; fi
    sleep 5
  done
}

start() {
  local more=()
  if [ -n "${REQUESTER:-}" ]; then more+=(--as "$REQUESTER"); fi
  if [ -n "${REASON:-}" ]; then more+=(--reason "$REASON"); fi
  sluice start "$SERVICE" --image "$IMAGE" ${more[@]+"${more[@]}"} --wait --timeout "${TIMEOUT:-5h}"
}

id=''
code=0
if [ "${START:-push}" = push ]; then seen; fi
if [ -n "$id" ]; then
  echo "Following $id"
  sluice status "$id" --wait --timeout "${TIMEOUT:-5h}" || code=$?
else
  if [ "${START:-push}" = push ]; then echo "No event of the push was seen, so the rollout is started by command."; fi
  start || code=$?
  id=$(rollout)
fi
# A report that cannot be had changes nothing about how the rollout ended.
if [ -n "$id" ] && [ -n "$summary" ]; then sluice report "$id" >>"$summary" || echo "The report could not be written." >&2; fi
exit "$code"
