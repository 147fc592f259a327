import { createHash } from 'node:crypto';

/**
 * The one script of every page. It asks for the page again while it is seen, and puts in what has changed; a part in which a person
 * types stays. It adds the visitor's own time to every time, and shows a chart's values at the pointer or by the arrow keys.
 * Everything else works without it. It asks only its own address, as the policy says too.
 */
export const liveScript = `(()=>{
const main=document.querySelector('main'),say=document.querySelector('#live'),$=(q,r=document)=>[...r.querySelectorAll(q)];
const zone=Intl.DateTimeFormat().resolvedOptions().timeZone;
const local=new Intl.DateTimeFormat('sv-SE',{dateStyle:'short',timeStyle:'medium'});
const times=r=>{if(zone!=='UTC')for(const t of $('time[datetime]:not([data-own])',r)){const d=new Date(t.dateTime);if(!isNaN(d)){t.dataset.own='';const own=local.format(d),utc=t.textContent;t.textContent=own+' ('+(own.slice(0,10)===utc.slice(0,10)?utc.slice(11):utc)+')'}}};
const charts=r=>{for(const f of $('figure.chart',r)){const svg=f.querySelector('svg'),out=f.querySelector('.reading'),rule=f.querySelector('.rule'),rows=$('tr[data-x]',f);let at=rows.length;
if(!svg||!rows.length)continue;
const show=i=>{at=Math.max(0,Math.min(rows.length-1,i));const row=rows[at],x=row.dataset.x;rule.setAttribute('x1',x);rule.setAttribute('x2',x);rule.setAttribute('visibility','visible');const head=$('thead th',f);out.textContent=[...row.cells].map((c,n)=>head[n].textContent+' '+c.textContent).join(', ')};
svg.tabIndex=0;
svg.addEventListener('keydown',e=>{const by={ArrowLeft:-1,ArrowRight:1,Home:-1e9,End:1e9}[e.key];if(by){e.preventDefault();show(at+by)}});
svg.addEventListener('pointermove',e=>{const b=svg.getBoundingClientRect(),x=(e.clientX-b.left)/b.width*svg.viewBox.baseVal.width;let best=0;rows.forEach((row,i)=>{if(Math.abs(row.dataset.x-x)<Math.abs(rows[best].dataset.x-x))best=i});show(best)})}};
const parts=new Map($('[data-live]').map(p=>[p.id,p.innerHTML]));
const busy=p=>p.contains(document.activeElement)&&document.activeElement.matches('textarea,select,input,button,svg,summary')||$('textarea',p).some(t=>t.value!=='')||$('input',p).some(t=>t.checked!==t.defaultChecked);
const dress=r=>{times(r);charts(r)};
dress(document);
let tag=main.dataset.tag,last=Date.now(),failed=0;
if(!tag)return;
for(const kind of ['pointerdown','pointermove','keydown','scroll','focus'])addEventListener(kind,()=>{last=Date.now()},{passive:true});
const put=html=>{const next=new DOMParser().parseFromString(html,'text/html'),nextMain=next.querySelector('main');if(!nextMain||!nextMain.dataset.tag)return false;
for(const p of $('[data-live]',nextMain)){const old=document.getElementById(p.id);if(!old||parts.get(p.id)===p.innerHTML||busy(old))continue;
const open=$('details',old).map(d=>d.open);parts.set(p.id,p.innerHTML);old.innerHTML=p.innerHTML;$('details',old).forEach((d,i)=>{d.open=open[i]??d.open});dress(old)}
document.title=next.title;tag=nextMain.dataset.tag;return true};
const ask=async()=>{
if(document.visibilityState!=='visible')return 1000;
if(Date.now()-last>900000){say.textContent='Not live: no one was here for 15 minutes. Move the pointer or press a key.';return 1000}
try{const r=await fetch(location.href,{headers:{'if-none-match':tag},cache:'no-store',redirect:'error'});
if(r.status===200?!put(await r.text()):r.status!==304)throw 0;
failed=0;say.textContent='Live';return 1500}
catch{failed++;say.textContent='Not live: the page could not be read again. It is tried again; load it anew if this stays.';return Math.min(30000,2000*failed)}};
const turn=async()=>{const wait=await ask();setTimeout(turn,wait)};
setTimeout(turn,1500)})()`;

/** What a policy names the script by. */
export const liveScriptHash = createHash('sha256').update(liveScript).digest('base64');
