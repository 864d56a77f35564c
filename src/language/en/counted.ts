const ONE_OF_MANY = /(?<![\d.-])1 (degree|minute|second|hour|day|point)s\b/g;

/** `1 degrees` becomes `1 degree`. */
export function englishCounted(text: string): string {
  return text.replace(ONE_OF_MANY, '1 $1');
}
