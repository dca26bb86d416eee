import catalogue from "./annotations.json";

export interface AnnotationEntry {
  readonly name: string;
  readonly summary: string;
  readonly docs: string;
}

export function findAnnotation(name: string): AnnotationEntry | undefined {
  return catalogue.entries.find((entry) => entry.name === name);
}
