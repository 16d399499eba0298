/** What a person sees when the service is ready: where to look, and the first things to try. */
export function welcome(url: string): string {
  const base = url
    .replace('127.0.0.1', 'localhost')
    .replace('0.0.0.0', 'localhost')
    .replace('[::1]', 'localhost')
    .replace('[::]', 'localhost');
  return `
  Heapcast is ready.

    ${base}/docs           the API: read it, try it
    ${base}/v1/runs        runs (a recorded Python program is loaded on the first start)
    ${base}/v1/sessions    live sessions
    ${base}/v1/allocators  allocator models, profiles, options
    ${base}/health/ready   health, and ${base}/metrics for Prometheus

  First steps:
    curl -s ${base}/v1/runs
    curl -s -X POST ${base}/v1/sessions -H 'content-type: application/json' \\
      -d '{"allocator":{"model":"pymalloc","profile":"cpython-3.11"}}'

  Stop with Ctrl+C; nothing is lost.

`;
}
