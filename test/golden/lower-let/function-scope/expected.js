(function () {
  'use strict';
  var one = 1;
  var two = one + one;
  two++;
  log(two);
})();
