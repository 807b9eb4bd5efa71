(function () {
  'use strict';
  function once(set) {
    let value;
    if (set) value = 1;
    return String(value);
  }
  log(once(true) + once(false));
})();
