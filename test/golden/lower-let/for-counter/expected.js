(function () {
  'use strict';
  var sum = 0;
  for (var i = 0, n = 4; i < n; i++) sum += i;
  log(sum);
})();
