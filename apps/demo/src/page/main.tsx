import { render } from 'preact';
import { App } from './app.js';
import { follow } from './live.js';
import './style.css';

follow();
const root = document.querySelector('#app');
if (root) render(<App />, root);
