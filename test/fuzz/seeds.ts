/** Sound texts of each language, from which broken ones are made; and the pieces it is made of. */

export const SCRIPTS = [
  'set -e\nexport TP=2\nexec vllm serve "$MODEL" --tensor-parallel-size $TP --max-model-len ${LEN:-4096}\n',
  "python3 -m vllm.entrypoints.openai.api_server --model 'a b' \\\n  --port=8000 | tee /log &\nwait\n",
  'if [ -n "$X" ]; then ARGS=$(cat <<EOF\n--a\nEOF\n); fi; for i in 1 2; do vllm serve $ARGS; done || exit 1\n',
  'f() { local A=1; vllm serve ${A%1} $((A + 1)) "${@}"; }; case $X in a) f b;; *) f c;; esac\n',
];
export const SHELL_WORDS = [
  "vllm serve ", "--model ", "$TP", "${TP}", "${X:-y}", "${X%%", "$(", ")", "$((", "))", "`", "<<EOF\n", "EOF\n", "<<-'E'\n", "&& ", "|| ", "; ", "| ", "> f ", "2>&1 ",
  "if ", "then ", "fi\n", "for i in ", "do ", "done\n", "case ", "esac\n", "function f {\n", "export A=", "A=$A$A ", "\\\n", "{{ .x }}", "$'\\x41'", "$@", "[[ a =~ b ]]",
]; // prettier-ignore

export const QUERIES = [
  'sum(rate(vllm:request_success_total{model_name="a"}[5m])) by (pod) > 0.5',
  'histogram_quantile(0.95, sum by (le) (rate(vllm:time_to_first_token_seconds_bucket{job=~"v.*"}[1m:30s] offset 5m)))',
  'avg(vllm:kv_cache_usage_perc) or on() vector(0) and ignoring(pod) group_left(x) up{a!="b",c!~"d|e"} @ start()',
  'avg_over_time({__name__=~"vllm:.*",namespace="$namespace"}[$__rate_interval]) / 100 % 2 ^ -1',
];
export const PROMQL_WORDS = [
  "sum(", "avg by (pod) (", "rate(", "[5m]", "[5m:1m]", " offset -1h", " @ 1.5", "{", "}", 'a="b"', 'a=~"', "vllm:num_requests_waiting", "$x", "${x:raw}", "[[x]]",
  "<<.Series>>", "{{ .x }}", " or ", " unless on(a) ", " > bool ", "0x1F", "1e3", "Inf", "NaN", "-", "^", "topk(3, ", "label_replace(", '"\\', "# c\n",
]; // prettier-ignore

export const EXPOSITIONS = [
  '# HELP vllm:num_requests_running x\n# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{engine="0",model_name="a\\"b\\\\c\\n"} 3.0\n',
  'vllm:e2e_request_latency_seconds_bucket{le="+Inf"} 12 1700000000000\nvllm:x_sum 1e-3\nvllm:x_count NaN\n# EOF\n',
  'vllm:x_total{a="b"} 1 # {trace_id="c"} 0.5 1.0\r\npython_gc_objects_collected_total{generation="0"} 5\n',
];
export const EXPOSITION_WORDS = [
  "# TYPE ", "# HELP ", "# EOF\n", "vllm:", "{", "}", 'le="', '"', "\\n", "\\", ",", "=", " 1\n", " +Inf\n", " NaN\n", " -0x1p3\n", "# {", "<html>\n", "\r\n",
]; // prettier-ignore

export const KUBECONFIGS = [
  "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts:\n- name: a\n  context: {cluster: c, user: u, namespace: n}\nclusters:\n- name: c\n  cluster:\n    server: https://10.0.0.1:6443\n    certificate-authority-data: QUJD\nusers:\n- name: u\n  user:\n    exec: {command: x, args: [a], env: [{name: A, value: b}]}\n",
  '{"current-context":"a","contexts":[{"name":"a","context":{"cluster":"c","user":""}}],"clusters":[{"name":"c","cluster":{"server":"http://x"}}]}',
];
export const KUBECONFIG_WORDS = [
  "contexts:\n", "- name: ", "  context:\n", "cluster: ", "user: ", "server: https://", "current-context: ", "&a ", "*a", "<<: *a\n", "[]", "{}", "null", "---\n", "- ", "!!binary ",
]; // prettier-ignore

export const MODEL_CONFIGS = [
  '{"architectures":["LlamaForCausalLM"],"model_type":"llama","hidden_size":4096,"num_hidden_layers":32,"num_attention_heads":32,"num_key_value_heads":8,"intermediate_size":14336,"vocab_size":128256,"torch_dtype":"bfloat16","max_position_embeddings":131072,"tie_word_embeddings":false}',
  '{"architectures":["DeepseekV3ForCausalLM"],"model_type":"deepseek_v3","hidden_size":7168,"num_hidden_layers":61,"num_attention_heads":128,"num_key_value_heads":128,"kv_lora_rank":512,"qk_rope_head_dim":64,"qk_nope_head_dim":128,"v_head_dim":128,"q_lora_rank":1536,"n_routed_experts":256,"n_shared_experts":1,"num_experts_per_tok":8,"moe_intermediate_size":2048,"intermediate_size":18432,"first_k_dense_replace":3,"vocab_size":129280,"quantization_config":{"quant_method":"fp8","weight_block_size":[128,128]},"num_nextn_predict_layers":1}',
  '{"model_type":"gemma3","text_config":{"hidden_size":2560,"num_hidden_layers":34,"num_attention_heads":8,"num_key_value_heads":4,"head_dim":256,"sliding_window":1024,"layer_types":["sliding_attention","full_attention"],"intermediate_size":10240,"vocab_size":262208},"vision_config":{"hidden_size":1152,"num_hidden_layers":27,"intermediate_size":4304,"num_attention_heads":16,"patch_size":14,"image_size":896}}',
  '{"metadata":{"total_size":16060522496},"quantization":{"quant_algo":"NVFP4","exclude_modules":["lm_head"]}}',
];
export const JSON_WORDS = [
  '{"', '":', "[", "]", "null", "true", "0", "-1", "1e308", "0.5", '"a"', ",", '"__proto__":{"x":1},', '"text_config":{', '"num_hidden_layers":', '"hidden_size":',
  '"num_attention_heads":0', '"head_dim":', '"layer_types":[]', '"quantization_config":{', '"quant_method":"awq","bits":4', '"vision_config":null', '"type":"filter","filter":{', '"row":',
]; // prettier-ignore

export const LOGS = [
  "INFO 01-01 00:00:00 [core.py:58] Initializing a V1 LLM engine (v0.9.1) with config: model='a/b', tensor_parallel_size=2,\n(Worker_TP0 pid=1) INFO Model loading took 14.98 GiB and 5.1 seconds\nINFO Available KV cache memory: 50.12 GiB\nINFO GPU KV cache size: 410,592 tokens\nINFO Maximum concurrency for 131,072 tokens per request: 3.13x\nINFO Graph capturing finished in 20 secs, took 0.45 GiB\n",
  "ValueError: To serve at least one request with the models's max seq len (131072), (16.00 GiB KV cache is needed, which is larger than the available KV cache memory (3.25 GiB).\nRuntimeError: CUDA out of memory. Tried\n",
];
export const LOG_WORDS = [
  "INFO ", "\u001b[1;36m", "\r\n", "Model loading took ", " GiB", "GB", "1.2.3", "...", "9".repeat(400), "tensor_parallel_size=", "GPU KV cache size: ", " tokens", "x\n", "# GPU blocks: ", ",,,",
]; // prettier-ignore

export const SETTINGS_FILES = [
  'rules:\n  storage/shm-missing: off\n  memory: warning\nassume:\n  gpu: H100-80GB\n  vllmVersion: "0.11.0"\nlens:\n  sizing: false\nmodels:\n  a/b: ./models/b\ncalibrations:\n  apps/chat:\n    factor: 1.1\n',
];
export const SETTINGS_WORDS = [
  "rules:\n", "  memory: off\n", "assume: ", "models:\n", "calibrations:\n", "lens: {sizing: true}\n", "- a\n", "---\n", "&a ", "*a", "<<: *a\n", "? ", "{{ .x }}", "off", "0.11",
]; // prettier-ignore

export const HUB_RECORDS = [
  JSON.stringify({
    version: 1,
    id: "a/b",
    config: MODEL_CONFIGS[0],
    quantization: null,
    weightBytes: 1.6e10,
  }),
];

export const MESSAGES = [
  '{"type":"ready"}',
  '{"type":"open","url":"https://docs.vllm.ai/"}',
  '{"type":"jump","input":3}',
  '{"type":"filter","filter":{"gpu":"all","tensor":"1","length":"same","cache":"auto","checkpoint":"same","fitting":true}}',
  '{"type":"preview","row":"H100-80GB/1"}',
];
