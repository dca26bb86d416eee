import { readerTargets } from "./readers";
import type { Target } from "./target";
import { yamlTargets } from "./yaml";

export const TARGETS: readonly Target[] = [...yamlTargets, ...readerTargets];
