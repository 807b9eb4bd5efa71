(function () {
  'use strict';
  for (var key in { a: 1, b: 2 }) log(key);
})();
