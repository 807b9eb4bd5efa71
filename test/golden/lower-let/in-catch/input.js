(function () {
  'use strict';
  try {
    throw 2;
  } catch (error) {
    const twice = error * 2;
    log(twice);
  } finally {
    const end = 'end';
    log(end);
  }
})();
