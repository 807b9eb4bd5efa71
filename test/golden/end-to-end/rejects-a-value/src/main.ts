Promise.reject({ code: 5, text: 'no error object' });
