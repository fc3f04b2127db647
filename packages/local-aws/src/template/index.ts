/** Reads a cloud assembly without deploying it: its template, its assets, its intrinsic functions. */
export { readStack, type StackAssembly, type Template, type TemplateResource } from './cloud-assembly.ts';
export { resolve, type Scope } from './intrinsics.ts';
