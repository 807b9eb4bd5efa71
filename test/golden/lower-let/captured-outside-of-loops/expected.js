(function () {
  'use strict';
  var greeting = 'hello ';
  var count = 0;
  var greet = (name) => {
    count++;
    return greeting + name;
  };
  log(greet('a') + greet('b') + count);
})();
