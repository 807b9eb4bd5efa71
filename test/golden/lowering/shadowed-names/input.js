const x = 1;
{
  const x = 2;
  { let x = 3; say(x); }
  say(x);
}
for (let x = 4; x < 5; x++) say(x);
say(x);
