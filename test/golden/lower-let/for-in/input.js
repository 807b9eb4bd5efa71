(function () {
  'use strict';
  for (const key in { a: 1, b: 2 }) log(key);
})();
