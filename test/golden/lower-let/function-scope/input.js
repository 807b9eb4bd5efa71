(function () {
  'use strict';
  const one = 1;
  let two = one + one;
  two++;
  log(two);
})();
