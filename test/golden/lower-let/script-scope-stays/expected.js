let a = 1;
const b = 2;
{
  let c = a + b;
  log(c);
}
log(typeof globalThis.a + typeof globalThis.c);
