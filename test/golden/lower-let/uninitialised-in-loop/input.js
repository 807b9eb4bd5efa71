(function () {
  'use strict';
  for (let i = 0; i < 3; i++) {
    let seen;
    if (i === 1) seen = 'yes';
    log(i + String(seen));
  }
})();
