(function () {
  'use strict';
  for (const kind of [0, 1]) {
    switch (kind) {
      case 0:
        let zero = 'zero';
        log(zero);
        break;
      default:
        log('other');
    }
  }
})();
