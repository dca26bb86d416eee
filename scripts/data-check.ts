import { checkFlags } from "./data/check-flags";
import { checkGpus } from "./data/check-gpus";
import { checkMetrics } from "./data/check-metrics";
import { checkModels } from "./data/check-models";
import { checkVariables } from "./data/check-variables";

/** Refuses catalogues with an entry that nothing in the code understands: each check throws and says which. */
console.log(
  `${checkModels()} models, ${checkGpus()} GPUs, ${checkFlags()} flags, ${checkVariables()} variables and ${checkMetrics()} metrics are sound.`,
);
