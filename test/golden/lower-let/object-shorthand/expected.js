(function () {
  'use strict';
  for (var x of [1, 2]) {
    var y = x * 2;
    log(JSON.stringify({ x, y }));
  }
})();
