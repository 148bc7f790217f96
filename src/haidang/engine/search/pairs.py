"""Pairs of very common words that stand side by side, as tokens of their own.

An index finds a phrase by walking over all texts that hold its words. Where each of them stands in a third of all
texts that is a walk over the whole archive, while the pair itself is rare. So the pairs among the commonest words,
and only those, are kept for each text beside its words. It refuses to know pairs of other words: those are found
quickly by the rarer one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

# Folded. The syllables that stand in a seventh of Vietnamese news and more; then English ones, in a quarter.
# Whatever changes here changes what an index holds: it has to be filled anew (watch/migrations/0005 and 0006).
COMMON = tuple(
    """
    va co cua trong da do duoc cho tu voi tai la dong nay cung cac nam cong mot de nhan ve dau khi so ngay theo quan ban
    nhung den thu khong doi hien gia tren van dang bo ra nguoi the thanh qua dung biet o dinh vao sau bao su chi toi dan
    noi tinh se thi day thong tien viec an con vi du thuc nhieu truong nha thoi moi hoi lai chinh dien bi truoc nhu lam
    anh nhat ca hang to phan dieu hai nang ho phat cao thuong vu chu hoa dai tin tuong trung san quoc danh hon can luc
    bat vien tro chung minh thang nguyen hop hanh chuc cap cau ngoai tiep chuyen nuoc ong phai tri mat ky tham lan ket
    toan loi phong duong lien tam cu viet tuc luong di dao giao bang dua len dat giai khac ma phuong thay trinh sang ke
    nen tong rat lon tra tap canh gan ly tang pham nghi kien phu le hinh chua huong diem
    trang tich dam nhien ha tuy te xa pho kinh y mo rang hieu doan ben giam tan muc binh gian ty xay bien quy mang
    quyet xuat manh yeu tac cam cach khoang tran cuoc ba don nghiep dia song gioi vua dich tieu trieu mua doc vuc vong
    bac tuoi may than phuc kiem khu chat thuoc hoan thiet nghe vay sinh bay chien vo phap hoat no boi dac hay lap tay
    them cuu khoi ro neu gio tuyen tao chan kha lo hoc giua roi khai kho ung khien sat trien my tung quyen khan nao
    mai che tp nhiem cai sach duc nham doanh xu chieu gay nghiem tim trai chia linh tat bieu thieu buoc han deu cuc
    chong cuoi xac ngan khach tranh giup thai lanh phi gap tot nho chuong vung quang giu ta het hom xem loai long
    hoang nan si tru vai bai tieng suc muon tiet goi truc ngo thuan nguon cuong rong cham gop huu mac gom truyen xuong
    khang tuan luat tre xet lieu hau nua nhap ten mau hung ngoi bong phia ghi cang nhau dap

    the of and to in a is that for on was with as at by it from be are this have has had he his they not or an said but
    were who will which been their its more would about
    after year when two one over out we time into also first there all last up before old just new three while people
    him off now she if where other
    """.split()
)


_NUMBERS = {word: number for number, word in enumerate(dict.fromkeys(COMMON), 1)}
_WIDTH = 1024  # more than there are words


def pairs_of(folded: Iterable[str]) -> list[str]:
    """The names of the common pairs in a run of folded tokens, each once, in no order."""
    numbers = map(_NUMBERS.get, folded)
    found = {
        first * _WIDTH + second
        for first, second in pairwise(numbers)
        if first is not None and second is not None
    }
    return [f"p{one:x}" for one in found]
