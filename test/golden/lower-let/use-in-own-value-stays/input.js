(function () {
  'use strict';
  try {
    const value = (() => value)();
    log(value);
  } catch (error) {
    log(error.name);
  }
})();
