# test-korean.py: the window in Korean, with the words of the tutorial that it follows
#
# SPDX-License-Identifier: GPL-3.0-or-later

import re

import chat
import display
import madang
import peers
import tap
from peers import free_port, url_of

HANGUL = re.compile('[가-힣]')
LATIN = re.compile('[A-Za-z]{3}')
# What is the same in every language: addresses, and the line of the tutorial.
TECHNICAL = re.compile(r'^(http://\S+|connection info : \S+)$')


def assert_translated(window):
    """Nothing that shows is in English, be it a text or the name of something."""
    names = [node.name for kind in ('button', 'entry', 'list') for node in window.find_all(kind)]
    foreign = [text for text in window.texts() + names
               if LATIN.search(text) and not HANGUL.search(text) and not TECHNICAL.match(text)]
    assert not foreign, foreign


@tap.test
def the_start_page_speaks_korean():
    with chat.Chat('ko') as window:
        window.find('button', '대화방 참여').click()
        for name in '이름', '호스트', '포트':
            window.find('entry', name)
        window.find('button', '연결하기')
        window.find('button', '주 메뉴')
        assert_translated(window)

        window.find('button', '대화방 열기').click()
        window.find('entry', '제목')
        window.find('button', '열기')
        window.wait_gone('entry', '호스트')
        assert_translated(window)


@tap.test
def joining_speaks_korean():
    with (madang.Madang('--name', '우리 마당') as server, chat.Chat('ko') as window,
          peers.Plain(url_of(server.port), '프린터') as printer):
        window.join('민아', server.port, host='localhost')
        window.row('connectButton이 클릭되었습니다.')
        window.row(f'웹소켓 서버에 연결되었습니다. : http://localhost:{server.port}')
        window.wait_text('우리 마당')
        window.say('안녕하세요')
        own_id = printer.hear('안녕하세요')['sender']
        row = window.row('민아', '나', '안녕하세요')
        assert f'수신 메시지 : {own_id},ALL,chat,text,안녕하세요' in row

        printer.say('종이가 없습니다', to=own_id)
        row = window.row('프린터', '귓속말', '종이가 없습니다')
        assert f'수신 메시지 : 프린터,{own_id},chat,text,종이가 없습니다' in row
        window.write_to('프린터')
        window.wait_text('받는 사람: 프린터')
        window.say('알겠습니다')
        printer.hear('알겠습니다')
        row = window.row('민아', '알겠습니다')
        assert f'보낸 메시지 : {own_id},프린터,chat,text,알겠습니다' in row
        assert_translated(window)

        window.find('button', '연결 끊기').click()
        window.row('웹소켓 연결이 종료되었습니다.')
        window.wait_text('연결되지 않음')
        window.find('button', '뒤로')
        assert_translated(window)


@tap.test
def hosting_speaks_korean():
    port = free_port()
    with chat.Chat('ko') as window:
        window.host_and_wait('민아', port, title='우리 마당')
        window.row('socket.io 요청을 받아들일 준비가 되었습니다.')
        window.find('list', '사람들')
        window.find('button', '주소 복사')
        with peers.Plain(url_of(port), '프린터') as printer:
            window.row(re.compile(r'^connection info : .*127\.0\.0\.1.*:\d+$'))
            printer.say('종이가 없습니다')
            row = window.row('프린터', '종이가 없습니다')
            assert '수신 메시지 : 프린터,ALL,chat,text,종이가 없습니다' in row
            assert_translated(window)

            window.close_windows()
            window.wait_text('대화방을 닫을까요?')
            assert_translated(window)
            window.find('button', '취소').click()
            window.wait_gone('label', '대화방을 닫을까요?')
            window.stop_hosting()
            printer.next('disconnect')


@tap.test
def problems_are_told_in_korean():
    with chat.Chat('ko') as window:
        window.join('민아', free_port())
        window.row('이 포트에서 기다리는 서버가 없습니다')
        window.wait_toast('이 포트에서 기다리는 서버가 없습니다')
        window.go_back()
        window.join('민아', 3000, host='no-such-host.invalid')
        window.row('그런 이름의 호스트가 없습니다')
        assert_translated(window)


@tap.test
def a_server_that_went_away_is_told_in_korean():
    with chat.Chat('ko') as window, peers.PlainServer() as server:
        window.join_and_wait('민아', server.port)
        server.kill()
        window.row('웹소켓 연결이 종료되었습니다.')
        window.wait_text('다시 연결하는 중…')
        with peers.PlainServer(server.port):
            window.wait_count(2, f'웹소켓 서버에 연결되었습니다. : {server.url}')
            window.wait_gone('label', '다시 연결하는 중…')


with display.desktop():
    tap.main()
