import { counterFunctionOnGauge } from "./alerting/counter-function-on-gauge";
import { lostIdentityLabels } from "./alerting/lost-identity-labels";
import { noPreemptionAlert } from "./alerting/no-preemption-alert";
import { preemptionOnly } from "./alerting/preemption-only";
import { quantileShape } from "./alerting/quantile-shape";
import { rateWindowShort } from "./alerting/rate-window-short";
import { ratioAsPercent } from "./alerting/ratio-as-percent";
import { batchLimits } from "./args/batch-limits";
import { conflictingValue } from "./args/conflicting-value";
import { dtypeHardware } from "./args/dtype-hardware";
import { entrypointMismatch } from "./args/entrypoint-mismatch";
import { flagRelation } from "./args/flag-relation";
import { invalidValue } from "./args/invalid-value";
import { rawCounterCompare } from "./alerting/raw-counter-compare";
import { jsonValue } from "./args/json-value";
import { loraRank } from "./args/lora-rank";
import { removedEnv } from "./args/removed-env";
import { removedFlag } from "./args/removed-flag";
import { unknownFlag } from "./args/unknown-flag";
import { blindSignal } from "./autoscaling/blind-signal";
import { chartDefaultTrigger } from "./autoscaling/chart-default-trigger";
import { cooldownInert } from "./autoscaling/cooldown-inert";
import { countOfGauge } from "./autoscaling/count-of-gauge";
import { doubleDivision } from "./autoscaling/double-division";
import { fallbackIneffective } from "./autoscaling/fallback-ineffective";
import { hpaMetricName } from "./autoscaling/hpa-metric-name";
import { inertSetting } from "./autoscaling/inert-setting";
import { kserveKnativeScaling } from "./autoscaling/kserve-knative-scaling";
import { maxReplicasUnbounded } from "./autoscaling/max-replicas-unbounded";
import { minReplicasOmitted } from "./autoscaling/min-replicas-omitted";
import { missingReadsAsZero } from "./autoscaling/missing-reads-as-zero";
import { noModelSelector } from "./autoscaling/no-model-selector";
import { oldForm } from "./autoscaling/old-form";
import { queryShape } from "./autoscaling/query-shape";
import { queueOnly } from "./autoscaling/queue-only";
import { ratioAverageValue } from "./autoscaling/ratio-averagevalue";
import { rejectedConfig } from "./autoscaling/rejected-config";
import { replicasFieldConflict } from "./autoscaling/replicas-field-conflict";
import { scaleDownWindowShort } from "./autoscaling/scale-down-window-short";
import { scaleToZeroBlind } from "./autoscaling/scale-to-zero-blind";
import { serverAddressUnqualified } from "./autoscaling/server-address-unqualified";
import { targetNotFound } from "./autoscaling/target-not-found";
import { thresholdUnreachable } from "./autoscaling/threshold-unreachable";
import { totalWithValue } from "./autoscaling/total-with-value";
import { triggerMetadataType } from "./autoscaling/trigger-metadata-type";
import { triggerParamUnknown } from "./autoscaling/trigger-param-unknown";
import { twoAutoscalers } from "./autoscaling/two-autoscalers";
import { unpacedBehavior } from "./autoscaling/unpaced-behavior";
import { graceTooShort } from "./lifecycle/grace-too-short";
import { noDrain } from "./lifecycle/no-drain";
import { rolloutDeadlock } from "./lifecycle/rollout-deadlock";
import { shellWithoutExec } from "./lifecycle/shell-without-exec";
import { gpuMemoryUtilizationHigh } from "./memory/gpu-memory-utilization-high";
import { gpuMemoryUtilizationLow } from "./memory/gpu-memory-utilization-low";
import { hostMemoryTooSmall } from "./memory/host-memory-too-small";
import { kvCannotHoldOneSequence } from "./memory/kv-cannot-hold-one-sequence";
import { maxModelLenUnset } from "./memory/max-model-len-unset";
import { offloadExceedsHostMemory } from "./memory/offload-exceeds-host-memory";
import { sharedGpuOversubscribed } from "./memory/shared-gpu-oversubscribed";
import { thinKvCache } from "./memory/thin-kv-cache";
import { weightsExceedGpu } from "./memory/weights-exceed-gpu";
import { logStatsDisabled } from "./metrics/log-stats-disabled";
import { modelNameMismatch } from "./metrics/model-name-mismatch";
import { monitorEndpoint } from "./metrics/monitor-endpoint";
import { monitorReleaseLabel } from "./metrics/monitor-release-label";
import { monitorSelector } from "./metrics/monitor-selector";
import { querySyntax } from "./metrics/query-syntax";
import { removedName } from "./metrics/removed-name";
import { scrapeIntervalSlow } from "./metrics/scrape-interval-slow";
import { unknownLabel } from "./metrics/unknown-label";
import { unknownOrMangledName } from "./metrics/unknown-or-mangled-name";
import { cpuTooSmall } from "./scheduling/cpu-too-small";
import { draAndDevicePlugin } from "./scheduling/dra-and-device-plugin";
import { gpuCountMismatch } from "./scheduling/gpu-count-mismatch";
import { gpuRequestsLimits } from "./scheduling/gpu-requests-limits";
import { groupGpuCount } from "./scheduling/group-gpu-count";
import { migOrSliceWithTp } from "./scheduling/mig-or-slice-with-tp";
import { noGpu } from "./scheduling/no-gpu";
import { pdbIneffective } from "./scheduling/pdb-ineffective";
import { spotGrace } from "./scheduling/spot-grace";
import { spotOnly } from "./scheduling/spot-only";
import { taintNotTolerated } from "./scheduling/taint-not-tolerated";
import { tpNotDividingHeads } from "./scheduling/tp-not-dividing-heads";
import { apiKeyInArgs } from "./security/api-key-in-args";
import { arbitraryUid } from "./security/arbitrary-uid";
import { exposedAdminEndpoints } from "./security/exposed-admin-endpoints";
import { floatingImage } from "./security/floating-image";
import { plaintextToken } from "./security/plaintext-token";
import { privilegedOrHost } from "./security/privileged-or-host";
import { trustRemoteCode } from "./security/trust-remote-code";
import { enforceEager } from "./startup/enforce-eager";
import { livenessKillsLoading } from "./startup/liveness-kills-loading";
import { livenessNotLaxerThanReadiness } from "./startup/liveness-not-laxer-than-readiness";
import { noStartupProbe } from "./startup/no-startup-probe";
import { probeEndpointMismatch } from "./startup/probe-endpoint-mismatch";
import { probeTimeoutTight } from "./startup/probe-timeout-tight";
import { progressDeadlineShort } from "./startup/progress-deadline-short";
import { restoreAwareProbes } from "./startup/restore-aware-probes";
import { startupBudgetShort } from "./startup/startup-budget-short";
import { vllmPortServiceCollision } from "./startup/vllm-port-service-collision";
import { ephemeralTooSmall } from "./storage/ephemeral-too-small";
import { hubDownloadPerReplica } from "./storage/hub-download-per-replica";
import { readonlyCacheWrite } from "./storage/readonly-cache-write";
import { rwoMultiReplica } from "./storage/rwo-multi-replica";
import { shmMissing } from "./storage/shm-missing";
import { volumeTooSmall } from "./storage/volume-too-small";
import type { Rule } from "./define";

/** Every rule, in the order of the documentation. A new rule is one line here. */
export const RULES: readonly Rule[] = [
  gpuMemoryUtilizationHigh,
  gpuMemoryUtilizationLow,
  hostMemoryTooSmall,
  offloadExceedsHostMemory,
  sharedGpuOversubscribed,
  thinKvCache,
  kvCannotHoldOneSequence,
  maxModelLenUnset,
  weightsExceedGpu,
  livenessKillsLoading,
  enforceEager,
  livenessNotLaxerThanReadiness,
  progressDeadlineShort,
  restoreAwareProbes,
  noStartupProbe,
  probeEndpointMismatch,
  probeTimeoutTight,
  startupBudgetShort,
  vllmPortServiceCollision,
  blindSignal,
  chartDefaultTrigger,
  cooldownInert,
  countOfGauge,
  doubleDivision,
  fallbackIneffective,
  hpaMetricName,
  inertSetting,
  kserveKnativeScaling,
  maxReplicasUnbounded,
  minReplicasOmitted,
  missingReadsAsZero,
  noModelSelector,
  oldForm,
  queryShape,
  queueOnly,
  ratioAverageValue,
  rejectedConfig,
  replicasFieldConflict,
  scaleDownWindowShort,
  scaleToZeroBlind,
  serverAddressUnqualified,
  targetNotFound,
  thresholdUnreachable,
  totalWithValue,
  triggerMetadataType,
  triggerParamUnknown,
  twoAutoscalers,
  unpacedBehavior,
  logStatsDisabled,
  modelNameMismatch,
  monitorEndpoint,
  monitorReleaseLabel,
  monitorSelector,
  querySyntax,
  removedName,
  scrapeIntervalSlow,
  unknownLabel,
  unknownOrMangledName,
  counterFunctionOnGauge,
  lostIdentityLabels,
  noPreemptionAlert,
  preemptionOnly,
  quantileShape,
  rateWindowShort,
  ratioAsPercent,
  cpuTooSmall,
  draAndDevicePlugin,
  rawCounterCompare,
  gpuCountMismatch,
  gpuRequestsLimits,
  groupGpuCount,
  migOrSliceWithTp,
  noGpu,
  pdbIneffective,
  spotGrace,
  spotOnly,
  taintNotTolerated,
  tpNotDividingHeads,
  hubDownloadPerReplica,
  ephemeralTooSmall,
  volumeTooSmall,
  readonlyCacheWrite,
  rwoMultiReplica,
  shmMissing,
  plaintextToken,
  batchLimits,
  conflictingValue,
  dtypeHardware,
  entrypointMismatch,
  flagRelation,
  invalidValue,
  jsonValue,
  loraRank,
  removedEnv,
  apiKeyInArgs,
  arbitraryUid,
  exposedAdminEndpoints,
  floatingImage,
  privilegedOrHost,
  trustRemoteCode,
  removedFlag,
  unknownFlag,
  graceTooShort,
  noDrain,
  rolloutDeadlock,
  shellWithoutExec,
];
