(function () {
  'use strict';
  var i = 0;
  do {
    var a = void 0, b = i, c = void 0;
    log([a, b, c].map(String).join());
    a = c = 1;
  } while (++i < 2);
})();
