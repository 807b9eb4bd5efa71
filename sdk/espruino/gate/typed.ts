/** What only types tell: values that lowered code, or Espruino, treats otherwise. */
import ts from 'typescript';

export function typedProblem(
  node: ts.Node,
  checker: ts.TypeChecker,
): { what: string; instead: string } | undefined {
  if (ts.isForInStatement(node)) {
    const method = methodOf(checker.getTypeAtLocation(node.expression));
    return method === undefined
      ? undefined
      : {
          what: `for-in also gives the methods of a class, once it is lowered (${method})`,
          instead: 'loop over Object.keys(object)',
        };
  }
  if (ts.isPropertyAccessExpression(node) && node.name.text === 'length') {
    const type = checker.getTypeAtLocation(node.expression);
    if (type.getCallSignatures().length === 0) return undefined;
    const owner = checker.getPropertyOfType(type, 'length')?.declarations?.[0]?.parent;
    return owner && ts.isInterfaceDeclaration(owner) && /Function$/.test(owner.name.text)
      ? {
          what: 'the length of a function counts parameters with defaults, once it is lowered',
          instead: 'keep the number in a variable',
        }
      : undefined;
  }
  return undefined;
}

/** The name of a method that a class gives its objects. */
function methodOf(type: ts.Type): string | undefined {
  return type
    .getProperties()
    .find(({ declarations }) =>
      declarations?.some((one) => ts.isMethodDeclaration(one) && ts.isClassLike(one.parent)),
    )?.name;
}
