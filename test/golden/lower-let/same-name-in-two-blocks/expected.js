(function () {
  'use strict';
  for (var i = 0; i < 2; i++) {
    var part = i;
    log(part);
  }
  for (var i = 5; i < 6; i++) {
    var part = -i;
    log(part);
  }
})();
