(function () {
  'use strict';
  function once(set) {
    var value;
    if (set) value = 1;
    return String(value);
  }
  log(once(true) + once(false));
})();
