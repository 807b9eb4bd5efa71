(function () {
  'use strict';
  try {
    throw 2;
  } catch (error) {
    var twice = error * 2;
    log(twice);
  } finally {
    var end = 'end';
    log(end);
  }
})();
