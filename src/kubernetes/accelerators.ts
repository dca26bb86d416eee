/** What a resource name says of the devices behind it. */
export interface AcceleratorResource {
  /** Several pods can hold the same card at once. */
  readonly shared: boolean;
}

const WHOLE: AcceleratorResource = { shared: false };
const SHARED: AcceleratorResource = { shared: true };

/** Resource names of accelerators, by pattern; the first match counts. */
const PATTERNS: readonly (readonly [pattern: RegExp, resource: AcceleratorResource])[] = [
  [/\.shared$/, SHARED],
  [/^nvidia\.com\/(gpu|pgpu|mig-[\w.]+)$/, WHOLE],
  // The device plugin can be told to name resources after the product.
  [/^nvidia\.com\/(gpu[-.]\w[\w.-]*|[A-Z][\w.-]*)$/, WHOLE],
  [/^nvidia\.com\/(vgpu|vcuda)/, SHARED],
  [/^amd\.com\/(gpu|[cds]px\w*)$/, WHOLE],
  [/^habana\.ai\/gaudi\d?$/, WHOLE],
  [/^google\.com\/tpu$/, WHOLE],
  [/^cloud-tpus\.google\.com\//, WHOLE],
  [/^aws\.amazon\.com\/neuron(core|device)?$/, WHOLE],
  [/^gpu\.intel\.com\/(i915|xe)$/, WHOLE],
  [/^huawei\.com\/(ascend|npu)/i, WHOLE],
  [
    /^(rebellions\.ai|furiosa\.ai|tenstorrent\.com|qualcomm\.com|metax-tech\.com|mthreads\.com|cambricon\.com|hygon\.com)\/(?!.*(mem|memory|core|cores)$)/,
    WHOLE,
  ],
  [/^(volcano\.sh\/(vgpu|gpu)-number|aliyun\.com\/gpu-(mem|count))$/, SHARED],
];

/** Names that set a share of a card beside the count of cards, as HAMi and others have it. */
const SHARE =
  /^(nvidia\.com\/(gpumem|gpumem-percentage|gpucores)|volcano\.sh\/(vgpu|gpu)-(memory|cores)|aliyun\.com\/gpu-mem)$/;

/** Undefined for a resource that is no accelerator: cpu, memory, RDMA, a share of something. */
export function acceleratorOf(resource: string): AcceleratorResource | undefined {
  if (SHARE.test(resource) && !/^aliyun/.test(resource)) return undefined;
  return PATTERNS.find(([pattern]) => pattern.test(resource))?.[1];
}

/** True for a resource that gives a part of a card only. */
export function isShareOfCard(resource: string): boolean {
  return SHARE.test(resource);
}
