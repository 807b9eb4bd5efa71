(function () {
  'use strict';
  const greeting = 'hello ';
  let count = 0;
  const greet = (name) => {
    count++;
    return greeting + name;
  };
  log(greet('a') + greet('b') + count);
})();
