(function () {
  'use strict';
  for (var i = 0; i < 3; i++) {
    var seen = void 0;
    if (i === 1) seen = 'yes';
    log(i + String(seen));
  }
})();
