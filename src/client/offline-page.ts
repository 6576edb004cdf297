/** The page shown when there is no network and the page asked for is not kept on this device. */
export const offlinePage = (script: string, styles: string): string => `<!doctype html>
<html lang="en" data-theme="system">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="turbo-visit-control" content="reload">
<title>Offline · Get It Done!</title>
<link rel="stylesheet" href="${styles}" data-turbo-track="reload">
<script type="module" src="${script}" data-turbo-track="reload"></script>
</head>
<body class="door">
<main id="main" class="card" data-offline>
<p class="brand">Get It Done!</p>
<h1>You are offline</h1>
<p>This page is not kept on this device. Pages you have seen before open without a network, when you chose “Keep me logged in”.</p>
<p>What you changed is safe: it is sent when the network is back. This page then loads by itself.</p>
<p><a class="button" href="/">Open the Inbox</a></p>
</main>
</body>
</html>
`
