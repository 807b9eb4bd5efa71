(function () {
  'use strict';
  for (let i = 0; i < 2; i++) {
    const part = i;
    log(part);
  }
  for (let i = 5; i < 6; i++) {
    const part = -i;
    log(part);
  }
})();
