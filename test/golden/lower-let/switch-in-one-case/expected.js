(function () {
  'use strict';
  for (var kind of [0, 1]) {
    switch (kind) {
      case 0:
        var zero = 'zero';
        log(zero);
        break;
      default:
        log('other');
    }
  }
})();
