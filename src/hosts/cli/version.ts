import { version } from "../../../package.json";

export const VERSION: string = version;

export const HOME_PAGE = "https://github.com/vllm-k8s/vllm-k8s";
